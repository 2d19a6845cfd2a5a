namespace EdgeAgent.Core.Specs;

/// <summary>The bound keys of one component, defaults not filled in; <c>Get</c> methods fill them.</summary>
/// <remarks>
/// <c>Get…</c> are for <see cref="ComponentSpec.Build"/>, where everything is good; asking for a key that the spec does not
/// have, or for another type than the spec's, is a programming error and throws. Checks use <see cref="Has"/> and <see cref="Find"/>.
/// </remarks>
/// <param name="spec">The component.</param>
/// <param name="name">Its key in the map it stands in, or the stage's name; empty for a section.</param>
/// <param name="path">Its path of keys.</param>
/// <param name="at">Where it starts.</param>
public sealed class SpecValues(ComponentSpec spec, string name, string path, TextMark at)
{
    readonly Dictionary<string, SpecValue> _values = new(StringComparer.Ordinal);

    /// <summary>The component.</summary>
    public ComponentSpec Spec => spec;

    /// <summary>Key in its map, or name of the stage.</summary>
    public string Name => name;

    /// <summary>Path of keys.</summary>
    public string Path => path;

    /// <summary>Where it starts: its key when it has one.</summary>
    public TextMark At => at;

    /// <summary>What <see cref="ComponentSpec.Build"/> made; null while something below has a finding.</summary>
    public object? Settings { get; set; }

    /// <summary>The keys that were written, in no certain order.</summary>
    public IEnumerable<SpecValue> Written => _values.Values;

    /// <summary>Sets what was written under <paramref name="key"/>.</summary>
    public void Set(string key, SpecValue value) => _values[key] = value;

    /// <summary>Whether the key was written, with a good value or not.</summary>
    public bool Has(string key) => _values.ContainsKey(key);

    /// <summary>What was written under the key, or null.</summary>
    public SpecValue? Find(string key) => _values.GetValueOrDefault(key);

    /// <summary>The good value of a key, or its default when it was left out; false when there is neither.</summary>
    public bool TryGet<T>(string key, out T value)
    {
        var found = _values.TryGetValue(key, out var written) ? written.Value : Field(key).Default;
        value = found is T t ? t : default!;
        return found is T;
    }

    /// <summary>A value that is there or has a default.</summary>
    public T Get<T>(string key) => TryGet<T>(key, out var value)
        ? value
        : throw new InvalidOperationException($"{spec.Name}.{key} has no {typeof(T).Name}");

    /// <summary>A text or other object, or null.</summary>
    public T? GetOrNull<T>(string key) where T : class => TryGet<T>(key, out var value) ? value : null;

    /// <summary>A number, duration or enum, or null.</summary>
    public T? GetNullable<T>(string key) where T : struct => TryGet<T>(key, out var value) ? value : null;

    /// <summary>An integer in the range of <c>int</c> (the spec's bounds see to it).</summary>
    public int Int(string key) => checked((int)Get<long>(key));

    /// <summary>The texts of a list; empty when it was left out.</summary>
    public IReadOnlyList<string> Texts(string key) => [.. Items(key).Select(i => (string)i.Value!)];

    /// <summary>The items of a list; empty when it was left out.</summary>
    public IReadOnlyList<SpecValue> Items(string key) => Find(key)?.Items ?? [];

    /// <summary>The entries of a map; empty when it was left out.</summary>
    public IReadOnlyList<KeyValuePair<string, SpecValue>> Entries(string key) => Find(key)?.Entries ?? [];

    /// <summary>The settings of a nested component, or null when it was left out.</summary>
    public T? Nested<T>(string key) where T : class => Find(key)?.Nested?.Settings as T;

    /// <summary>The settings of the components in a list or map.</summary>
    public IReadOnlyList<T> All<T>(string key) where T : class =>
        [.. (Field(key).Type == FieldType.Map ? Entries(key).Select(e => e.Value) : Items(key)).Select(v => (T)v.Nested!.Settings!)];

    FieldSpec Field(string key) =>
        (key.Length == 0 ? spec.Body : spec.Field(key)) ?? throw new InvalidOperationException($"{spec.Name} has no key {key}");
}
