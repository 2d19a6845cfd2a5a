using System.Text;

namespace EdgeAgent.Core.Readings;

/// <summary>The labels of a series or of a group: names and values, sorted by name, immutable.</summary>
/// <remarks>
/// The metric is a label named <c>metric</c>. <see cref="Canonical"/> is <c>name=value,name=value</c> with
/// <c>\</c>, <c>,</c> and <c>=</c> escaped by <c>\</c>; equal sets have equal canonical text and nothing else has.
/// Built once a series, never on the hot path.
/// </remarks>
public sealed class LabelSet : IEquatable<LabelSet>
{
    /// <summary>The name of the label that says what is measured.</summary>
    public const string Metric = "metric";

    /// <summary>The set with no labels.</summary>
    public static readonly LabelSet Empty = new([]);

    readonly KeyValuePair<string, string>[] _pairs;

    LabelSet(KeyValuePair<string, string>[] sorted)
    {
        _pairs = sorted;
        Canonical = Format(sorted);
    }

    /// <summary>The pairs, sorted by name (ordinal).</summary>
    public ReadOnlySpan<KeyValuePair<string, string>> Pairs => _pairs;

    /// <summary>The set as unambiguous text; its identity.</summary>
    public string Canonical { get; }

    /// <summary>The value of label <paramref name="name"/>, or null.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var pair in _pairs)
                if (pair.Key == name) return pair.Value;
            return null;
        }
    }

    /// <summary>A set of the given pairs; of two with one name the last wins.</summary>
    public static LabelSet Of(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var map = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in pairs) map[pair.Key] = pair.Value;
        return map.Count == 0 ? Empty : new LabelSet([.. map]);
    }

    /// <summary>A set of the given (name, value) pairs; of two with one name the last wins.</summary>
    public static LabelSet Of(params ReadOnlySpan<(string Name, string Value)> pairs)
    {
        var list = new List<KeyValuePair<string, string>>(pairs.Length);
        foreach (var (name, value) in pairs) list.Add(new(name, value));
        return Of(list);
    }

    /// <summary>The subset with the given names, leaving out those that are absent.</summary>
    public LabelSet Select(IReadOnlyCollection<string> names) => Of(_pairs.Where(p => names.Contains(p.Key)));

    /// <summary>The opposite of <see cref="Canonical"/>; null when the text is not canonical.</summary>
    public static LabelSet? Parse(string canonical)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        var text = new StringBuilder();
        string? name = null;
        for (var i = 0; i < canonical.Length; i++)
        {
            var c = canonical[i];
            if (c == '\\' && i + 1 < canonical.Length) text.Append(canonical[++i]);
            else if (c == '=' && name is null) (name, text) = (text.ToString(), text.Clear());
            else if (c == ',' && name is not null)
            {
                pairs.Add(new(name, text.ToString()));
                (name, text) = (null, text.Clear());
            }
            else text.Append(c);
        }

        if (name is not null) pairs.Add(new(name, text.ToString()));
        else if (canonical.Length > 0) return null;
        var set = Of(pairs);
        return set.Canonical == canonical ? set : null;
    }

    /// <inheritdoc/>
    public bool Equals(LabelSet? other) => other is not null && Canonical == other.Canonical;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    /// <inheritdoc/>
    public override int GetHashCode() => Canonical.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Canonical;

    static string Format(KeyValuePair<string, string>[] pairs)
    {
        var text = new StringBuilder();
        foreach (var pair in pairs)
        {
            if (text.Length > 0) text.Append(',');
            Escape(text, pair.Key);
            text.Append('=');
            Escape(text, pair.Value);
        }

        return text.ToString();
    }

    static void Escape(StringBuilder text, string value)
    {
        foreach (var c in value)
        {
            if (c is '\\' or ',' or '=') text.Append('\\');
            text.Append(c);
        }
    }
}
