using EdgeAgent.Core.Modbus;
using EdgeAgent.Core.Readings;

namespace EdgeAgent.Sources.Modbus;

/// <summary>The series of every planned value, interned when first needed.</summary>
/// <remarks>Source thread under the gate, or commit thread with the gate closed.</remarks>
sealed class UnitSeries
{
    const int Unknown = -2;
    const int Refused = -1;
    readonly SeriesTable _table;
    readonly LabelSet[][] _labels;
    readonly int[][] _ids;
    readonly int[] _seenTick;
    int _generation = -1;

    /// <summary>Series of <paramref name="reads"/>, each with the index of its unit.</summary>
    public UnitSeries(ModbusUnitSettings[] units, IReadOnlyList<(PlannedRead Read, int Unit)> reads, SeriesTable table)
    {
        _table = table;
        _labels = [.. reads.Select(r => r.Read.Values.Select(v => Labels(units[r.Unit], v.Register)).ToArray())];
        _ids = [.. _labels.Select(l => Enumerable.Repeat(Unknown, l.Length).ToArray())];
        _seenTick = new int[_ids.Length];
    }

    /// <summary>Ids of the values of a read; -1 where the table is full.</summary>
    public ReadOnlySpan<int> Of(int read)
    {
        var ids = _ids[read];
        _seenTick[read] = _table.Tick;
        if (_generation != _table.Generation)
        {
            _generation = _table.Generation;
            foreach (var list in _ids) list.AsSpan().Replace(Refused, Unknown);
        }

        if (!ids.AsSpan().Contains(Unknown)) return ids;
        for (var i = 0; i < ids.Length; i++)
            if (ids[i] == Unknown) ids[i] = _table.Intern(_labels[read][i]);
        return ids;
    }

    /// <summary>Drops series.</summary>
    public void Forget(ReadOnlySpan<int> gone)
    {
        foreach (var list in _ids)
            for (var i = 0; i < list.Length; i++)
                if (list[i] >= 0 && gone.Contains(list[i])) list[i] = Unknown;
    }

    /// <summary>Tells the table when series were last read.</summary>
    public void ReportSeen()
    {
        for (var i = 0; i < _ids.Length; i++) _table.MarkSeen(_ids[i], _seenTick[i]);
    }

    static LabelSet Labels(ModbusUnitSettings unit, RegisterSettings register)
    {
        var pairs = new List<KeyValuePair<string, string>> { new("device", unit.Device) };
        if (register.Unit is { } of) pairs.Add(new("unit", of));
        pairs.AddRange(unit.Labels);
        pairs.Add(new(LabelSet.Metric, register.Metric));
        return LabelSet.Of(pairs);
    }
}
