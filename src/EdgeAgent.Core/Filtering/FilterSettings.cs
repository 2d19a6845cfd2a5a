using System.Globalization;
using EdgeAgent.Core.Settings;

namespace EdgeAgent.Core.Filtering;

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

/// <summary>What a range stage does with a value outside.</summary>
public enum RangeAction
{
    /// <summary>The reading is dropped and counted.</summary>
    Drop,

    /// <summary>The value becomes the nearer limit.</summary>
    Clamp,

    /// <summary>The reading passes with its quality marked.</summary>
    Mark,
}

/// <summary><c>range</c>: holds values inside limits.</summary>
public sealed record RangeSettings : StageSettings
{
    /// <summary>Lowest good value.</summary>
    public double Min { get; init; } = double.NegativeInfinity;

    /// <summary>Highest good value.</summary>
    public double Max { get; init; } = double.PositiveInfinity;

    /// <summary>What happens outside.</summary>
    public RangeAction Action { get; init; } = RangeAction.Drop;

    /// <inheritdoc/>
    public override string Describe() => string.Create(CultureInfo.InvariantCulture, $"range({Min:R},{Max:R},{Action})");
}

/// <summary><c>deadband</c>: passes a reading only when it differs enough from the last one passed of its series.</summary>
public sealed record DeadbandSettings : StageSettings
{
    /// <summary>Smallest change that passes, in the unit of the value; null when <see cref="Percent"/> is set.</summary>
    public double? Absolute { get; init; }

    /// <summary>Smallest change that passes, in percent of the last passed value.</summary>
    public double? Percent { get; init; }

    /// <summary>Longest event time without a passed reading; the next one passes whatever its value. Null for no limit.</summary>
    public TimeSpan? MaxSilence { get; init; }

    /// <inheritdoc/>
    public override string Describe() => string.Create(CultureInfo.InvariantCulture, $"deadband({Absolute:R},{Percent:R},{MaxSilence?.Ticks})");
}

/// <summary><c>convert</c>: value × scale + offset.</summary>
public sealed record ConvertSettings : StageSettings
{
    /// <summary>Factor.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Added after scaling.</summary>
    public double Offset { get; init; }

    /// <inheritdoc/>
    public override string Describe() => string.Create(CultureInfo.InvariantCulture, $"convert({Scale:R},{Offset:R})");
}
