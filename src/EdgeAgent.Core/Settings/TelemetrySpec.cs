using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Settings;

/// <summary>The <c>telemetry</c> section.</summary>
public static class TelemetrySpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "telemetry",
        Kind = ComponentKind.Section,
        Doc = "Metrics of the agent itself: docs/reference/metrics.md.",
        Example = "telemetry: { prometheus: { listen: 127.0.0.1:9464 } }",
        Fields =
        [
            FieldSpec.Nested("prometheus", "An address where Prometheus asks for them.", PrometheusSpec.Spec)
                with { DefaultDoc = "the Unix socket alone" },
            FieldSpec.Nested("otlp", "A collector they are sent to.", OtlpSpec.Spec) with { DefaultDoc = "none" },
        ],
        Build = v => new TelemetrySettings
        {
            Prometheus = v.Nested<ListenSettings>("prometheus"),
            Otlp = v.Nested<OtlpSettings>("otlp"),
        },
    };
}
