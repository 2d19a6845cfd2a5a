using EdgeAgent.Core.Specs;

namespace EdgeAgent.Configuration.Binding;

/// <summary>A node of a configuration file and where it starts.</summary>
abstract class ConfigNode(TextMark at)
{
    /// <summary>Where it starts.</summary>
    public TextMark At { get; } = at;
}

/// <summary>A value.</summary>
/// <param name="text">Its text, quotes and escapes resolved.</param>
/// <param name="isPlain">Whether it was written without quotes.</param>
sealed class ScalarNode(TextMark at, string text, bool isPlain) : ConfigNode(at)
{
    /// <summary>Its text.</summary>
    public string Text { get; } = text;

    /// <summary>Whether it was written without quotes.</summary>
    public bool IsPlain { get; } = isPlain;

    /// <summary>Whether it is a value as such, in which no reference is looked for.</summary>
    public bool IsValue { get; init; }

    /// <summary>Whether a comma in braces cut it in two, as in <c>{ scale: 0,1 }</c>; the text is then as it was meant.</summary>
    public bool IsCut { get; init; }

    /// <summary>Whether what follows its place in the line is a comment.</summary>
    public bool IsCommented { get; init; }

    /// <summary>Whether it stands for no value (YAML 1.2 core schema).</summary>
    public bool IsNull => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";
}

/// <summary>A list.</summary>
sealed class ListNode(TextMark at, IReadOnlyList<ConfigNode> items) : ConfigNode(at)
{
    /// <summary>The items.</summary>
    public IReadOnlyList<ConfigNode> Items { get; } = items;
}

/// <summary>Keys with values. No key is there twice.</summary>
sealed class MapNode(TextMark at, IReadOnlyList<(ScalarNode Key, ConfigNode Value)> entries) : ConfigNode(at)
{
    /// <summary>The entries in the order of the file.</summary>
    public IReadOnlyList<(ScalarNode Key, ConfigNode Value)> Entries { get; } = entries;
}

/// <summary>Stands where a finding was already made; the binder passes over it in silence.</summary>
sealed class RefusedNode(TextMark at) : ConfigNode(at);
