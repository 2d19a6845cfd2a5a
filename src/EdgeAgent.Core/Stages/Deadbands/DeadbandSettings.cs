using System.Globalization;

namespace EdgeAgent.Core.Stages.Deadbands;

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
    public override string Describe() =>
        string.Create(CultureInfo.InvariantCulture, $"deadband({Absolute:R},{Percent:R},{MaxSilence?.Ticks})");
}
