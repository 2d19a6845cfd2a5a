using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Settings;

/// <summary>The section <c>telemetry.otlp</c>.</summary>
public static class OtlpSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "otlp",
        Kind = ComponentKind.Section,
        Doc = "Sends metrics to an OpenTelemetry collector: OTLP over HTTP, as JSON, compressed. The newest values alone are sent; "
            + "what could not be sent is in the next ones, since counts only rise.",
        Fields =
        [
            FieldSpec.Of(FieldType.Url, "url", "Where to post to, with the path, which is `/v1/metrics` at most collectors.") with
            {
                Required = true,
                HasPath = true,
                Example = "https://collector.example:4318/v1/metrics",
                Choices = [new("http", 80, "Plain text."), new("https", 443, "TLS; the server's name is always checked.")],
            },
            FieldSpec.Duration("interval", "Time between two pushes.", TimeSpan.FromSeconds(1), TimeSpan.FromHours(1))
                with { Default = TimeSpan.FromSeconds(60) },
            FieldSpec.Duration("timeout", "Longest time from connecting to the end of the answer.", TimeSpan.FromMilliseconds(100),
                TimeSpan.FromMinutes(5)) with { Default = TimeSpan.FromSeconds(10) },
            HttpHeaders.Field,
            FieldSpec.Nested("tls", "TLS options of an `https` URL.", TlsSpec.Spec)
                with { DefaultDoc = "the system's authorities, no client certificate" },
        ],
        Build = v =>
        {
            var url = v.Get<Uri>("url");
            return new OtlpSettings
            {
                Host = url.Host.Trim('[', ']'),
                Port = url.Port,
                Target = new Secret(url.PathAndQuery),
                Interval = v.Get<TimeSpan>("interval"),
                Timeout = v.Get<TimeSpan>("timeout"),
                Headers = HttpHeaders.Build(v),
                Tls = url.Scheme == "https" ? v.Nested<TlsSettings>("tls") ?? new() : null,
            };
        },
        Check = static (v, findings) => HttpHeaders.Check(v, findings, "content-encoding"),
    };
}
