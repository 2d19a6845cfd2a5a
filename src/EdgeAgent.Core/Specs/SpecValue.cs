namespace EdgeAgent.Core.Specs;

/// <summary>One bound value and where it was written.</summary>
/// <remarks>A value with a finding is kept with <see cref="Value"/> null, so that later checks pass over it in silence.</remarks>
/// <param name="Spec">Its spec.</param>
/// <param name="Path">Its path of keys.</param>
/// <param name="At">Where the value starts.</param>
/// <param name="KeyAt">Where its key starts; equal to <paramref name="At"/> for an item of a list.</param>
/// <param name="Value">The value, of the type <see cref="FieldType"/> tells, or null.</param>
/// <param name="Written">The text in the file, references not resolved; null when it is not a scalar or is secret.</param>
public sealed record SpecValue(FieldSpec Spec, string Path, TextMark At, TextMark KeyAt, object? Value, string? Written)
{
    /// <summary>The items of a list; empty when it is none.</summary>
    public IReadOnlyList<SpecValue> Items => Value as IReadOnlyList<SpecValue> ?? [];

    /// <summary>The entries of a map; empty when it is none.</summary>
    public IReadOnlyList<KeyValuePair<string, SpecValue>> Entries => Value as IReadOnlyList<KeyValuePair<string, SpecValue>> ?? [];

    /// <summary>The nested component, or null.</summary>
    public SpecValues? Nested => Value as SpecValues;

    /// <summary>Whether this value and all below it are good.</summary>
    public bool IsGood => Value switch
    {
        null => false,
        IReadOnlyList<SpecValue> items => items.All(i => i.IsGood),
        IReadOnlyList<KeyValuePair<string, SpecValue>> entries => entries.All(e => e.Value.IsGood),
        SpecValues nested => nested.Settings is not null,
        _ => true,
    };

    /// <summary>Where the character at <paramref name="offset"/> of a scalar stands, as near as the quoting lets one tell.</summary>
    public TextMark Inside(int offset) => new(At.Line, At.Column + Quote + offset);

    /// <summary>Where references in it take their values from, in words; empty without references.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Whether what its references gave may be shown.</summary>
    public bool IsShown { get; init; }

    /// <summary>1 when the scalar was written in quotes.</summary>
    public int Quote { get; init; }
}
