using System.Text.Json;
using EdgeAgent.Fleet.Messages;

namespace EdgeAgent.Fleet.Rollback;

/// <summary>The memory as members of a JSON object. Whether they are whole and the newest is for the file to say that holds them.</summary>
static class AntiRollbackJson
{
    const int MostMarks = 4096;

    /// <summary>Writes the members.</summary>
    public static void Write(Utf8JsonWriter json, AntiRollback memory)
    {
        json.WriteNumber("root", memory.RootVersion);
        Marks(json, "seq", memory.Sequences);
        Marks(json, "highest", memory.Highest);
        JsonText.Texts(json, "good", memory.LastGood);
        if (memory.Vars is { } vars) Marks(json, "vars", new Dictionary<string, Mark> { [""] = vars });
    }

    /// <summary>The memory of members that <see cref="Write"/> wrote.</summary>
    public static AntiRollback Read(JsonFields fields) => new()
    {
        RootVersion = fields.Integer("root", 0, int.MaxValue),
        Sequences = Marks(fields, "seq"),
        Highest = Marks(fields, "highest"),
        LastGood = fields.Texts("good", AntiRollback.GoodCount, Digest.Length),
        Vars = Marks(fields, "vars").GetValueOrDefault(""),
    };

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
        foreach (var item in fields.Objects(name, MostMarks))
            marks[item.Text("of", 129)] = new(item.Integer("n", 0, long.MaxValue), item.Text("digest", Digest.Length));
        return marks;
    }
}
