using EdgeAgent.Core.State;

namespace EdgeAgent.Tests.Storage;

/// <summary>A stage that remembers text by label; a unit a label. Keeps the rules for numbers of forgotten units.</summary>
sealed class FakeStage(int formatVersion = 1) : IStageState
{
    readonly List<(string Label, string? Value)> _units = [];
    readonly Dictionary<string, int> _byLabel = [];
    readonly SortedSet<int> _dirty = [];
    readonly Stack<int> _free = new();
    readonly SortedSet<int> _leaving = [];

    public int UnitCount => _units.Count;

    public int FormatVersion => formatVersion;

    public Dictionary<string, string> Values => _byLabel.ToDictionary(u => u.Key, u => _units[u.Value].Value!);

    public void Set(string label, string value)
    {
        if (!_byLabel.TryGetValue(label, out var unit) && (unit = _units.IndexOf((label, null))) < 0)
        {
            if (!_free.TryPop(out unit))
            {
                unit = _units.Count;
                _units.Add(default);
            }

        }

        _byLabel[label] = unit;
        _leaving.Remove(unit);
        _units[unit] = (label, value);
        _dirty.Add(unit);
    }

    public void Forget(string label)
    {
        if (!_byLabel.Remove(label, out var unit)) return;
        _units[unit] = (label, null);
        _dirty.Add(unit);
    }

    public void TakeDirty(List<int> units)
    {
        foreach (var unit in _leaving) Free(unit);
        _leaving.Clear();
        _leaving.UnionWith(_dirty.Where(u => _units[u].Value is null));
        units.AddRange(_dirty);
        _dirty.Clear();
    }

    public void MarkDirty(ReadOnlySpan<int> units)
    {
        foreach (var unit in units)
        {
            _dirty.Add(unit);
            _leaving.Remove(unit);
        }
    }

    public bool WritesRemoval(int unit) => _units[unit].Value is null;

    public void WriteUnit(int unit, StateWriter writer)
    {
        var (label, value) = _units[unit];
        if (label is null) return;
        writer.Text(label);
        writer.Byte(value is null ? (byte)0 : (byte)1);
        if (value is not null) writer.Text(value);
    }

    public bool TryRestoreUnit(ReadOnlySpan<byte> entry, int version)
    {
        var reader = new StateReader(entry);
        if (version != formatVersion || !reader.TryText(out var label) || !reader.TryByte(out var has)) return false;
        if (has == 0)
        {
            if (_byLabel.Remove(label, out var unit)) Free(unit);

            return true;
        }

        if (!reader.TryText(out var value)) return false;
        Set(label, value);
        _dirty.Clear();
        return true;
    }

    void Free(int unit)
    {
        _units[unit] = default;
        _free.Push(unit);
    }
}
