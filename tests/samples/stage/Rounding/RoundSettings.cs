using System.Globalization;

namespace EdgeAgent.Core.Stages.Rounding;

/// <summary><c>round</c>: the nearest multiple of a step.</summary>
public sealed record RoundSettings : StageSettings
{
    /// <summary>The step; above 0.</summary>
    public required double Step { get; init; }

    /// <inheritdoc/>
    public override string Describe() => string.Create(CultureInfo.InvariantCulture, $"round({Step:R})");
}
