using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Outputs.Webhook;

/// <summary>A <c>type: webhook</c> output.</summary>
public static class WebhookOutputSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "webhook",
        Kind = ComponentKind.Output,
        Doc = "A POST for each alert to an HTTP server, as a CloudEvent in binary mode: the payload is the body, `ce-id`, `ce-source`, "
            + "`ce-type` and `ce-time` are headers. In order, at least once; a repeat has the same `ce-id`. It is tried again after 408, "
            + "425, 429, 5xx and errors of the connection; held after 401, 403, 404, 407 and redirects, which somebody has to mend; "
            + "other answers from 400 on reject the record.",
        Example = "pager: { type: webhook, url: \"https://hooks.example/alerts\", headers: { Authorization: "
            + "\"${file:/etc/edge-agent/pager.token}\" } }",
        Fields =
        [
            FieldSpec.Of(FieldType.Url, "url", "Where to post to. `http` is plain text (port 80), `https` is TLS (port 443). "
                + "A path that is a secret stands in a file: `${file:/etc/edge-agent/hook.url}`.") with
            {
                Required = true,
                HasPath = true,
                MayBeSecret = true,
                Example = "https://hooks.example/alerts",
                Choices = [new("http", 80, "Plain text."), new("https", 443, "TLS; the server's name is always checked.")],
            },
            HttpHeaders.Field,
            FieldSpec.Enum("records", "Which records of its pipelines are posted.",
                new("alerts", true, "Alerts only."),
                new("all", false, "Every record, one request each.")) with { Default = true },
            FieldSpec.Duration("timeout", "Longest time from connecting to the status of the answer.", TimeSpan.FromMilliseconds(100),
                TimeSpan.FromMinutes(5)) with { Default = TimeSpan.FromSeconds(10) },
            FieldSpec.Size("max_body", "Longest payload; a longer one is rejected and counted.", 1 << 10, 16 << 20)
                with { Default = 256L << 10 },
            FieldSpec.Duration("max_retry_after", "Longest wait a server may ask for by `Retry-After`.", TimeSpan.Zero,
                TimeSpan.FromDays(1)) with { Default = TimeSpan.FromMinutes(5) },
            FieldSpec.Nested("tls", "TLS options of an `https` URL.", TlsSpec.Spec)
                with { DefaultDoc = "the system's authorities, no client certificate" },
            .. OutputFields.Waiting,
        ],
        Build = v =>
        {
            var url = v.Get<Uri>("url");
            return new WebhookOutputSettings
            {
                Name = v.Name,
                Host = url.Host.Trim('[', ']'),
                Port = url.Port,
                Target = new Secret(url.PathAndQuery),
                Headers = HttpHeaders.Build(v),
                AlertsOnly = v.Get<bool>("records"),
                Timeout = v.Get<TimeSpan>("timeout"),
                MaxBodyBytes = v.Get<long>("max_body"),
                MaxAge = v.GetNullable<TimeSpan>("max_age"),
                ReplayRate = v.GetNullable<long>("replay_rate"),
                MaxRetryAfter = v.Get<TimeSpan>("max_retry_after"),
                Tls = url.Scheme == "https" ? v.Nested<TlsSettings>("tls") ?? new() : null,
            };
        },
        Check = static (v, findings) => HttpHeaders.Check(v, findings, "ce-"),
    };

    /// <summary>The output.</summary>
    internal static readonly OutputKind Kind = OutputKind.Of<WebhookOutputSettings>(Spec,
        (settings, context) => new MadeOutput(new WebhookOutput(settings, context.AgentId, context.Health), 256 << 10),
        (settings, _) => WebhookProbe.Run(settings));
}
