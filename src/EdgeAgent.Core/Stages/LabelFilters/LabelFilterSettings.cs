using System.Globalization;
using EdgeAgent.Core.Settings;

namespace EdgeAgent.Core.Stages.LabelFilters;

/// <summary><c>keep</c> or <c>drop</c>: passes or removes readings whose labels all match.</summary>
/// <remarks>Each label has one or several patterns: exact text or a glob (<c>*</c>, <c>?</c>). A reading matches when for every
/// label named here one pattern matches its value; a reading without the label does not match.</remarks>
public sealed record LabelFilterSettings : StageSettings
{
    /// <summary>True for <c>drop</c>.</summary>
    public required bool Drop { get; init; }

    /// <summary>Patterns by label name.</summary>
    public required IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Labels { get; init; }

    /// <inheritdoc/>
    public override string Describe() =>
        $"{(Drop ? "drop" : "keep")}({ListText.Of(Labels.Select(l => ListText.Of(l.Value.Prepend(l.Key))))})";
}
