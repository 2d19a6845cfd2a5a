using System.Globalization;

namespace EdgeAgent.Core.Stages.Conversions;

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
