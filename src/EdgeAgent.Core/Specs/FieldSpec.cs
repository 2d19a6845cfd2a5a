
using EdgeAgent.Core.Text;

namespace EdgeAgent.Core.Specs;

/// <summary>One key of a component: its name, type, bounds, default and words for people.</summary>
/// <remarks>Made by the factory of its type and refined by <c>with</c>. Docs are whole sentences.</remarks>
public sealed record FieldSpec
{
    FieldSpec(string name, FieldType type, string doc) => (Name, Type, Doc) = (name, type, doc);

    /// <summary>The key, in snake_case; empty for an item of a list or map.</summary>
    public string Name { get; init; }

    /// <summary>What it holds.</summary>
    public FieldType Type { get; init; }

    /// <summary>What it does.</summary>
    public string Doc { get; init; }

    /// <summary>The name it had before; null when it always had this one.</summary>
    public FormerName? Formerly { get; init; }

    /// <summary>Whether leaving it out is a finding.</summary>
    public bool Required { get; init; }

    /// <summary>The bound value when it is left out; null for none. Of the type <see cref="FieldType"/> tells.</summary>
    public object? Default { get; init; }

    /// <summary>What leaving it out means when <see cref="Default"/> cannot say it, such as "the host of the URL".</summary>
    public string? DefaultDoc { get; init; }

    /// <summary>Smallest value, of the type of the value; null for none.</summary>
    public IComparable? Min { get; init; }

    /// <summary>Largest value, of the type of the value; null for none.</summary>
    public IComparable? Max { get; init; }

    /// <summary>For a number: whether 0 makes every value the same, and so is refused.</summary>
    public bool IsFactor { get; init; }

    /// <summary>The unit of a number, for the docs.</summary>
    public string? Unit { get; init; }

    /// <summary>A value as it is written, for the docs and the schema.</summary>
    public string? Example { get; init; }

    /// <summary>Allowed values of an enum; allowed schemes of a URL.</summary>
    public IReadOnlyList<Choice> Choices { get; init; } = [];

    /// <summary>Spec of each item of a list or map.</summary>
    public FieldSpec? Item { get; init; }

    /// <summary>What the keys of a map are: <see cref="FieldType.Name"/>, <see cref="FieldType.Label"/>, <see cref="FieldType.NewLabel"/>
    /// or <see cref="FieldType.Text"/>.</summary>
    public FieldType Keys { get; init; } = FieldType.Name;

    /// <summary>Whether a list of one may be written without its brackets.</summary>
    public bool Single { get; init; }

    /// <summary>For a list: a word that may stand in its place [string]; null for none.</summary>
    public string? Word { get; init; }

    /// <summary>For nested keys: the key that a single value in their place is of; null for none.</summary>
    public string? Short { get; init; }

    /// <summary>For a text or the keys of a map: whether it may be empty.</summary>
    public bool MayBeEmpty { get; init; }

    /// <summary>Fewest items of a list or map.</summary>
    public int MinCount { get; init; }

    /// <summary>Most items of a list or map.</summary>
    public int MaxCount { get; init; } = 10_000;

    /// <summary>Whether items of a list must differ.</summary>
    public bool Distinct { get; init; }

    /// <summary>For a path: whether a file that is not there is worth a warning.</summary>
    public bool Exists { get; init; }

    /// <summary>For a text: whether one with a <c>/</c> in it is a path.</summary>
    public bool PathWithSlash { get; init; }

    /// <summary>For a path: what becomes of the file.</summary>
    public PathUse Use { get; init; }

    /// <summary>Whether its value may hold a secret although it is shown, such as the path of a webhook. One of type
    /// <see cref="FieldType.Secret"/> does in any case.</summary>
    public bool MayBeSecret { get; init; }

    /// <summary>Whether it lets somebody write to devices; a configuration from afar needs the gateway's leave for it.</summary>
    public bool WritesDevices { get; init; }

    /// <summary>For a URL: whether it may have a path and a query.</summary>
    public bool HasPath { get; init; }

    /// <summary>For a URL that may have them: the schemes that do not, of protocols with a user name and a password of their own.</summary>
    public IReadOnlyList<string> Pathless { get; init; } = [];

    /// <summary>The keys of a nested component.</summary>
    public ComponentSpec? Component { get; init; }

    /// <summary>The key of the group to choose from, such as <c>stages</c>; whoever knows all components knows the group.</summary>
    public string? Group { get; init; }

    /// <summary>For a text: returns what is wrong with it and where (0-based offset), or null.</summary>
    public Func<string, TextFailure?>? Syntax { get; init; }

    /// <summary>Any text.</summary>
    public static FieldSpec Text(string name, string doc) => new(name, FieldType.Text, doc);

    /// <summary>A whole number between two bounds.</summary>
    public static FieldSpec Integer(string name, string doc, long min, long max) =>
        new(name, FieldType.Integer, doc) { Min = min, Max = max };

    /// <summary>A finite number.</summary>
    public static FieldSpec Number(string name, string doc) => new(name, FieldType.Number, doc);

    /// <summary>A number that values are multiplied by, not 0.</summary>
    public static FieldSpec Factor(string name, string doc) => Number(name, doc) with { IsFactor = true };

    /// <summary>A boolean.</summary>
    public static FieldSpec Boolean(string name, string doc, bool otherwise) => new(name, FieldType.Boolean, doc) { Default = otherwise };

    /// <summary>A duration between two bounds.</summary>
    public static FieldSpec Duration(string name, string doc, TimeSpan min, TimeSpan max) =>
        new(name, FieldType.Duration, doc) { Min = min, Max = max };

    /// <summary>A size between two bounds [bytes].</summary>
    public static FieldSpec Size(string name, string doc, long min, long max) => new(name, FieldType.Size, doc) { Min = min, Max = max };

    /// <summary>One of several words.</summary>
    public static FieldSpec Enum(string name, string doc, params Choice[] choices) => new(name, FieldType.Enum, doc) { Choices = choices };

    /// <summary>A secret.</summary>
    public static FieldSpec Secret(string name, string doc) => new(name, FieldType.Secret, doc);

    /// <summary>A key of any other text type.</summary>
    public static FieldSpec Of(FieldType type, string name, string doc) => new(name, type, doc);

    /// <summary>A list.</summary>
    public static FieldSpec List(string name, string doc, FieldSpec item) => new(name, FieldType.List, doc) { Item = item };

    /// <summary>Names with values.</summary>
    public static FieldSpec Map(string name, string doc, FieldType keys, FieldSpec item) =>
        new(name, FieldType.Map, doc) { Keys = keys, Item = item };

    /// <summary>Nested keys.</summary>
    public static FieldSpec Nested(string name, string doc, ComponentSpec component) =>
        new(name, FieldType.Component, doc) { Component = component };

    /// <summary>One member of a group.</summary>
    public static FieldSpec OneOf(string name, string doc, string group) => new(name, FieldType.OneOf, doc) { Group = group };
}
