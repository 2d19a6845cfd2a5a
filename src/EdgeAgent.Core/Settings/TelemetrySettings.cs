namespace EdgeAgent.Core.Settings;

/// <summary>The <c>telemetry</c> section: how the agent's own metrics leave, beside their Unix socket.</summary>
public sealed record TelemetrySettings
{
    /// <summary>An address where Prometheus asks; null for none.</summary>
    public ListenSettings? Prometheus { get; init; }

    /// <summary>A collector they are sent to; null for none.</summary>
    public OtlpSettings? Otlp { get; init; }
}
