using EdgeAgent.Core.Modbus;
using EdgeAgent.Core.Readings;

namespace EdgeAgent.Sources.Modbus;

/// <summary>The series of every planned value, interned when first needed.</summary>
/// <remarks>
/// Text registers are labels of all series of their unit, so a unit has no series before its texts were read or refused; a text
/// that changed (another device under the same unit id) makes new series. Source thread under the gate, or commit thread with
/// the gate closed.
/// </remarks>
sealed class UnitSeries
{
    const int Unknown = -2;
    const int Refused = -1;
    readonly SeriesTable _table;
    readonly ModbusUnitSettings[] _units;
    readonly (PlannedRead Read, int Unit)[] _reads;
    readonly SortedDictionary<string, string>[] _texts;
    readonly bool[] _isKnown;
    readonly LabelSet[][] _labels;
    readonly int[][] _ids;
    readonly int[] _seenTick;
    int _generation = -1;

    /// <summary>Series of <paramref name="reads"/>, each with the index of its unit.</summary>
    public UnitSeries(ModbusUnitSettings[] units, IReadOnlyList<(PlannedRead Read, int Unit)> reads, SeriesTable table)
    {
        (_table, _units, _reads) = (table, units, [.. reads]);
        _texts = [.. units.Select(_ => new SortedDictionary<string, string>(StringComparer.Ordinal))];
        _isKnown = [.. reads.Select(r => !r.Read.IsOnce)];
        _labels = [.. _reads.Select(Labels)];
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

    /// <summary>Whether all texts of the unit of this read are known.</summary>
    public bool IsReady(int read)
    {
        for (var i = 0; i < _reads.Length; i++)
            if (!_isKnown[i] && _reads[i].Unit == _reads[read].Unit) return false;
        return true;
    }

    /// <summary>Takes the texts of a read, or with no data goes on without them: the unit refuses it.</summary>
    public void TakeTexts(int read, ReadOnlySpan<byte> data)
    {
        _isKnown[read] = true;
        var unit = _reads[read].Unit;
        var changed = false;
        foreach (var planned in data.IsEmpty ? [] : _reads[read].Read.Values)
        {
            var register = planned.Register;
            var text = RegisterFormat.ReadText(data.Slice(planned.Position, 2 * register.Width), register.Order ?? _units[unit].Order);
            changed |= text != _texts[unit].GetValueOrDefault(register.Metric, "");
            _texts[unit][register.Metric] = text;
        }

        for (var i = 0; changed && i < _reads.Length; i++)
        {
            if (_reads[i].Unit != unit) continue;
            _labels[i] = Labels(_reads[i]);
            _ids[i].AsSpan().Fill(Unknown);
        }
    }

    LabelSet[] Labels((PlannedRead Read, int Unit) read) =>
        [.. read.Read.Values.Select(v => Labels(_units[read.Unit], v.Register, _texts[read.Unit]))];

    static LabelSet Labels(ModbusUnitSettings unit, RegisterSettings register, SortedDictionary<string, string> texts)
    {
        var pairs = new List<KeyValuePair<string, string>> { new("device", unit.Device) };
        if (register.Unit is { } of) pairs.Add(new("unit", of));
        pairs.AddRange(unit.Labels);
        pairs.AddRange(texts.Where(t => t.Value.Length > 0 && !unit.Labels.ContainsKey(t.Key)));
        pairs.Add(new(LabelSet.Metric, register.Metric));
        return LabelSet.Of(pairs);
    }
}
