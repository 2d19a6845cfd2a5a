using System.Globalization;
using System.Text;
using EdgeAgent.Fleet.Messages;

namespace EdgeAgent.Fleet.Gateway;

/// <summary>A record as the bytes of a file. There are two, written in turn; the whole one of the higher generation counts.</summary>
/// <remarks>
/// Line 1: <c>edge-agent fleet state 1</c>, generation, bytes of the rest, SHA-256 of the generation's digits, a
/// line feed and the rest. Rest: one JSON object
/// (<see cref="FleetRecordJson"/>). What follows is what a longer record left there.
/// </remarks>
/// <param name="Generation">Rises with each writing.</param>
/// <param name="Record">The record.</param>
public sealed record FleetRecordFile(long Generation, FleetRecord Record)
{
    /// <summary>Bytes each file has from its first day on.</summary>
    public const int FileBytes = 128 << 10;

    const string Head = "edge-agent fleet state 1 ";
    const int MostHeadBytes = 160;

    /// <summary>The bytes to write at the start of the file.</summary>
    public byte[] ToBytes()
    {
        var body = FleetRecordJson.Write(Record);
        return [.. Encoding.ASCII.GetBytes(Line(Generation, body)), .. body];
    }

    /// <summary>Reads a file; null when it is damaged in any bit that counts.</summary>
    public static FleetRecordFile? TryRead(ReadOnlyMemory<byte> file)
    {
        var end = file.Span[..Math.Min(file.Length, MostHeadBytes)].IndexOf((byte)'\n');
        if (end < 0) return null;
        var line = Encoding.ASCII.GetString(file.Span[..end]);
        if (!line.StartsWith(Head, StringComparison.Ordinal)) return null;
        var words = line[Head.Length..].Split(' ');
        if (words.Length != 3 || !long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var generation)
            || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            || length > file.Length - end - 1)
            return null;
        var body = file.Slice(end + 1, length);
        return line + "\n" == Line(generation, body.Span) && FleetRecordJson.Read(body) is { } record ? new(generation, record) : null;
    }

    /// <summary>The newer of two; null when neither is whole.</summary>
    public static FleetRecordFile? Newer(FleetRecordFile? one, FleetRecordFile? other) =>
        one is null || (other is not null && other.Generation > one.Generation) ? other : one;

    static string Line(long generation, ReadOnlySpan<byte> body) =>
        string.Create(CultureInfo.InvariantCulture, $"{Head}{generation} {body.Length} {Hash(generation, body)}\n");

    // The generation decides which file counts, so the hash is over it, too.
    static string Hash(long generation, ReadOnlySpan<byte> body) =>
        Digest.Full([.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{generation}\n")), .. body]);
}
