using System.Buffers.Binary;
using System.Globalization;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>A random register map over a <see cref="ForeignSlave"/> and what each of its values is, by plain code of this test.</summary>
sealed class RandomMap
{
    static readonly string[] Tables = ["discrete", "coil", "input", "holding"];
    static readonly (string Name, int Words)[] Types =
    [
        ("u16", 1), ("i16", 1), ("u32", 2), ("i32", 2), ("f32", 2), ("u64", 4), ("i64", 4), ("f64", 4), ("bcd16", 1), ("bcd32", 2)
    ];
    static readonly string[] Orders = ["abcd", "cdab", "badc", "dcba"];
    readonly Dictionary<string, double?> _values = [];

    /// <summary>A map of <paramref name="count"/> values of a unit.</summary>
    public RandomMap(int unit, int count, int seed)
    {
        var random = new Random(seed);
        var lines = new List<string>();
        var next = new int[4];
        for (var i = 0; i < count; i++)
        {
            var (table, type, order) = (random.Next(4), Types[i % Types.Length], Orders[random.Next(4)]);
            var address = next[table] + random.Next(random.Next(4) == 0 ? 40 : 3);
            if (table < 2) type = ("", 1);
            next[table] = address + type.Words;
            if (next[table] > 990) break;
            var metric = $"m{i}";
            lines.Add(table < 2
                ? $"{{ metric: {metric}, table: {Tables[table]}, address: {address} }}"
                : $"{{ metric: {metric}, table: {Tables[table]}, address: {address}, type: {type.Name}, order: {order}, "
                    + "scale: 0.5, offset: 3 }");
            _values[metric] = Value(unit, table, address, type, order);
        }

        Yaml = string.Join('\n', lines.Select(l => $"          - {l}"));
    }

    /// <summary>Entries of <c>registers</c>.</summary>
    public string Yaml { get; }

    /// <summary>Values by metric; null for what is no number and must not come out.</summary>
    public IReadOnlyDictionary<string, double?> Values => _values;

    static double? Value(int unit, int table, int address, (string Name, int Words) type, string order)
    {
        if (table < 2) return ForeignSlave.Word(unit, table, address) >> 2 & 1;

        // Bytes from the most significant to the least, whatever order they are sent in.
        var words = Enumerable.Range(0, type.Words).Select(w => ForeignSlave.Word(unit, table, address + w)).ToArray();
        if (order is "cdab" or "dcba") Array.Reverse(words);
        if (order is "badc" or "dcba") words = [.. words.Select(BinaryPrimitives.ReverseEndianness)];
        var raw = words.Aggregate(0UL, (all, w) => all << 16 | w);
        double? value = type.Name switch
        {
            "i16" => (short)raw,
            "i32" => (int)raw,
            "i64" => (long)raw,
            "f32" => BitConverter.UInt32BitsToSingle((uint)raw),
            "f64" => BitConverter.UInt64BitsToDouble(raw),
            "bcd16" or "bcd32" => ulong.TryParse(raw.ToString("X", CultureInfo.InvariantCulture), NumberStyles.None,
                CultureInfo.InvariantCulture, out var digits) ? digits : null,
            _ => raw,
        };
        return value is { } v && double.IsFinite(v * 0.5 + 3) ? v * 0.5 + 3 : null;
    }
}
