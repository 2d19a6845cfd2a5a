using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Settings;

/// <summary>The section <c>telemetry.prometheus</c>.</summary>
public static class PrometheusSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "prometheus",
        Kind = ComponentKind.Section,
        Doc = "Metrics for Prometheus under `/metrics` of an address. They are on the Unix socket `metrics.sock` of the data directory "
            + "in any case.",
        Fields =
        [
            .. ListenFields.Of("127.0.0.1:9464"),
            FieldSpec.Boolean("open", "Lets anybody who reaches the address read the metrics: no reading and no device is in them.", false),
        ],
        Build = ListenFields.Build,
        Check = static (v, findings) => ListenFields.Check(v, findings, mayBeOpen: true),
    };
}
