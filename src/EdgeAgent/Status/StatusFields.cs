using System.Collections;

namespace EdgeAgent.Status;

/// <summary>What a component shows of itself: values by name, in the order they are shown. The status holds them as one object.</summary>
sealed class StatusFields : IEnumerable<(string Name, object? Value)>
{
    readonly List<(string Name, object? Value)> _fields = [];

    /// <summary>Shows a count.</summary>
    public void Add(string name, long value) => _fields.Add((name, value));

    /// <summary>Shows a measure.</summary>
    public void Add(string name, double value) => _fields.Add((name, value));

    /// <summary>Shows whether something is so.</summary>
    public void Add(string name, bool value) => _fields.Add((name, value));

    /// <summary>Shows a text; null is shown as such.</summary>
    public void Add(string name, string? value) => _fields.Add((name, value));

    /// <summary>Shows a list of texts.</summary>
    public void Add(string name, IReadOnlyList<string> values) => _fields.Add((name, values));

    /// <summary>Shows an object of its own.</summary>
    public void Add(string name, StatusFields fields) => _fields.Add((name, fields));

    /// <summary>Shows the fields of <paramref name="other"/> among these.</summary>
    public void Add(StatusFields other) => _fields.AddRange(other._fields);

    /// <summary>Shows how long until the next try, while one is waited for.</summary>
    public void AddNextTry(TimeSpan? wait)
    {
        if (wait is { } time) Add("next_try_s", Math.Round(time.TotalSeconds, 3));
    }

    /// <summary>The count shown as <paramref name="name"/>; 0 when none is.</summary>
    public long Count(string name) => Find(name) is long count ? count : 0;

    /// <summary>The text shown as <paramref name="name"/>; empty when none is.</summary>
    public string Word(string name) => Find(name) as string ?? "";

    /// <summary>What is shown as <paramref name="name"/>; null when nothing is.</summary>
    public bool? Flag(string name) => Find(name) as bool?;

    /// <summary>The object shown as <paramref name="name"/>; null when none is.</summary>
    public StatusFields? Object(string name) => Find(name) as StatusFields;

    object? Find(string name) => _fields.Find(f => f.Name == name).Value;

    /// <inheritdoc/>
    public IEnumerator<(string Name, object? Value)> GetEnumerator() => _fields.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
