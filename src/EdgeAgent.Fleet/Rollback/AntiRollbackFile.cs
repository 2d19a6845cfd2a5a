using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeAgent.Fleet.Messages;

namespace EdgeAgent.Fleet.Rollback;

/// <summary>The memory as the bytes of a file. There are two files, written in turn; the whole one of the higher generation
/// counts.</summary>
/// <remarks>
/// Line 1: <c>edge-agent anti-rollback 1</c>, the generation, SHA-256 of the rest in 64 hexadecimal digits. Rest: one JSON object. At most
/// 1 MiB.
/// </remarks>
/// <param name="Generation">Rises with each writing.</param>
/// <param name="State">The memory.</param>
public sealed record AntiRollbackFile(long Generation, AntiRollback State)
{
    const string Head = "edge-agent anti-rollback 1 ";
    const int MaxBytes = 1 << 20;
    const int Most = 4096;

    /// <summary>The bytes of the file.</summary>
    public byte[] ToBytes()
    {
        var body = JsonText.Object(json =>
        {
            json.WriteNumber("generation", Generation);
            json.WriteNumber("root", State.RootVersion);
            Marks(json, "seq", State.Sequences);
            Marks(json, "highest", State.Highest);
            JsonText.Texts(json, "good", State.LastGood);
            if (State.Vars is { } vars) Marks(json, "vars", new Dictionary<string, Mark> { [""] = vars });
        });
        return [.. Encoding.ASCII.GetBytes(Line(body, Generation)), .. body];
    }

    /// <summary>Reads a file; null when it is damaged in any bit.</summary>
    public static AntiRollbackFile? TryRead(ReadOnlyMemory<byte> file)
    {
        var end = file.Span.IndexOf((byte)'\n');
        if (end < 0 || file.Length > MaxBytes) return null;
        var read = JsonFields.Read(file[(end + 1)..], MaxBytes, fields =>
            new AntiRollbackFile(fields.Integer("generation", 0, long.MaxValue), new()
        {
            RootVersion = fields.Integer("root", 0, int.MaxValue),
            Sequences = Marks(fields, "seq"),
            Highest = Marks(fields, "highest"),
            LastGood = fields.Texts("good", AntiRollback.GoodCount, Digest.Length),
            Vars = Marks(fields, "vars").GetValueOrDefault(""),
        }));
        return read.IsGood && file.Span[..(end + 1)].SequenceEqual(Encoding.ASCII.GetBytes(Line(file[(end + 1)..].Span,
            read.Value.Generation)))
            ? read.Value : null;
    }

    /// <summary>The newer of two files; null when neither is whole.</summary>
    public static AntiRollbackFile? Newer(AntiRollbackFile? one, AntiRollbackFile? other) =>
        one is null || other is not null && other.Generation > one.Generation ? other : one;

    static string Line(ReadOnlySpan<byte> body, long generation) =>
        string.Create(CultureInfo.InvariantCulture, $"{Head}{generation} {Digest.Full(body)}\n");

    static void Marks(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, Mark> marks)
    {
        json.WriteStartArray(name);
        foreach (var (key, mark) in marks)
        {
            json.WriteStartObject();
            json.WriteString("of", key);
            json.WriteNumber("n", mark.Number);
            json.WriteString("digest", mark.Digest);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static Dictionary<string, Mark> Marks(JsonFields fields, string name)
    {
        var marks = new Dictionary<string, Mark>(StringComparer.Ordinal);
        foreach (var item in fields.Objects(name, Most))
            marks[item.Text("of", 129)] = new(item.Integer("n", 0, long.MaxValue), item.Text("digest", Digest.Length));
        return marks;
    }
}
