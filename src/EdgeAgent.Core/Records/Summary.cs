using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.Records;

/// <summary>What a closed window gives, on its way through summary stages to the outputs.</summary>
/// <remarks>One object is reused for all summaries of a stage: a stage that keeps anything copies it. Single-threaded.</remarks>
public sealed class Summary
{
    SummaryField[] _fields = new SummaryField[8];
    int _count;

    /// <summary>The labels of the group.</summary>
    public LabelSet Labels { get; private set; } = LabelSet.Empty;

    /// <summary>Dense number of the group inside the stage that made the summary; −1 when it no longer has one.</summary>
    public int Group { get; private set; }

    /// <summary>First moment of the window [ns since the Unix epoch].</summary>
    public long StartNs { get; private set; }

    /// <summary>First moment after the window [ns since the Unix epoch].</summary>
    public long EndNs { get; private set; }

    /// <summary>0 for the first summary of a window, then rising; the highest wins.</summary>
    public int Revision { get; private set; }

    /// <summary>Whether the window was cut short by a changed configuration.</summary>
    public bool IsPartial { get; private set; }

    /// <summary>The values, aggregates first, in the order they are written.</summary>
    public ReadOnlySpan<SummaryField> Fields => _fields.AsSpan(0, _count);

    /// <summary>Starts a new summary without fields.</summary>
    public void Begin(LabelSet labels, int group, long startNs, long endNs, int revision, bool isPartial)
    {
        (Labels, Group, StartNs, EndNs, Revision, IsPartial) = (labels, group, startNs, endNs, revision, isPartial);
        _count = 0;
    }

    /// <summary>Becomes a copy of <paramref name="other"/>, so that a stage can hold it back.</summary>
    public void CopyFrom(Summary other)
    {
        Begin(other.Labels, other.Group, other.StartNs, other.EndNs, other.Revision, other.IsPartial);
        foreach (ref readonly var field in other.Fields) Add(field);
    }

    /// <summary>Appends a number.</summary>
    public void Add(string name, double value) => Add(new SummaryField(name, value));

    /// <summary>Appends a text.</summary>
    public void Add(string name, string text) => Add(new SummaryField(name, double.NaN, text));

    /// <summary>The number named <paramref name="name"/>.</summary>
    public bool TryGet(string name, out double value)
    {
        foreach (ref readonly var field in Fields)
        {
            if (field.Name != name || field.Text is not null) continue;
            value = field.Value;
            return true;
        }

        value = double.NaN;
        return false;
    }

    void Add(in SummaryField field)
    {
        if (_count == _fields.Length) Array.Resize(ref _fields, 2 * _count);
        _fields[_count++] = field;
    }
}
