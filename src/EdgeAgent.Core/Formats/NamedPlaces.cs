using System.Text;

namespace EdgeAgent.Core.Formats;

/// <summary>Gives places to what a reader looks for by name: columns, keys, groups. In the order of the calls, from 0.</summary>
sealed class NamedPlaces
{
    readonly List<string> _names = [];

    /// <summary>The name wanted at each place; one may be wanted at several.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The names in UTF-8.</summary>
    public byte[][] Bytes => [.. _names.Select(Encoding.UTF8.GetBytes)];

    /// <summary>The place of one more.</summary>
    public int Add(string name)
    {
        _names.Add(name);
        return _names.Count - 1;
    }

    /// <summary>The places of the event time; null where there is none.</summary>
    public TimePlace? Add(TimeSettings? time) =>
        time is null ? null : new(time, Add(time.Path), DatePlace: time.Date is null ? -1 : Add(time.Date));

    /// <summary>The places of labels.</summary>
    public LabelPlace[] Add(IReadOnlyList<LabelSettings> labels) =>
        [.. labels.Select(label => new LabelPlace(label.Name, label.Path, Add(label.Path), label.Optional, label.Default))];
}
