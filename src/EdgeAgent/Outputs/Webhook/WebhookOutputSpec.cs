using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Outputs.Webhook;

/// <summary>A <c>type: webhook</c> output.</summary>
public static class WebhookOutputSpec
{
    // Written by the agent itself (RFC 9110, CloudEvents HTTP binding); a second one would make the request ambiguous.
    static readonly string[] Own =
    [
        "host", "content-length", "content-type", "transfer-encoding", "connection", "keep-alive", "expect", "te", "trailer", "upgrade",
        "user-agent"
    ];
    static readonly string[] Secrets = ["authorization", "proxy-authorization", "cookie", "x-api-key", "x-auth-token"];

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
                Example = "https://hooks.example/alerts",
                Choices = [new("http", 80, "Plain text."), new("https", 443, "TLS; the server's name is always checked.")],
            },
            FieldSpec.Map("headers", "Further headers of each request. Values with secrets come from files or variables.", FieldType.Text,
                FieldSpec.Text("", "A value.") with { Syntax = HeaderValue })
                with { MaxCount = 32, DefaultDoc = "none", Example = "{ Authorization: \"${file:/etc/edge-agent/pager.token}\" }" },
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
                Headers = [.. v.Entries("headers").Select(e => (e.Key, new Secret((string)e.Value.Value!)))],
                AlertsOnly = v.Get<bool>("records"),
                Timeout = v.Get<TimeSpan>("timeout"),
                MaxBodyBytes = v.Get<long>("max_body"),
                MaxRetryAfter = v.Get<TimeSpan>("max_retry_after"),
                Tls = url.Scheme == "https" ? v.Nested<TlsSettings>("tls") ?? new() : null,
            };
        },
        Check = Check,
    };

    /// <summary>The output.</summary>
    internal static readonly OutputKind Kind = OutputKind.Of<WebhookOutputSettings>(Spec,
        (settings, context) => new MadeOutput(new WebhookOutput(settings, context.AgentId, context.Health), 256 << 10),
        (settings, _) => WebhookProbe.Run(settings));

    static void Check(SpecValues v, FindingList findings)
    {
        var isPlain = v.TryGet("url", out Uri url) && url.Scheme == "http";
        if (isPlain && v.Find("tls") is { } tls)
            findings.Add(FindingCodes.Exclusive, tls.KeyAt, tls.Path,
                "`tls` beside an `http` URL. Use `https` in the URL, or remove `tls`.");
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in v.Entries("headers"))
        {
            if (name.Length == 0 || name.Any(c => !char.IsAsciiLetterOrDigit(c) && !"!#$%&'*+-.^_`|~".Contains(c)))
                findings.Add(FindingCodes.BadText, value.KeyAt, value.Path,
                    "not a header's name: letters, digits and `-`, without spaces.");
            else if (Own.Contains(name, StringComparer.OrdinalIgnoreCase) || name.StartsWith("ce-", StringComparison.OrdinalIgnoreCase))
                findings.Add(FindingCodes.Exclusive, value.KeyAt, value.Path,
                    $"the header `{name}` is written by the agent. Remove it here.");
            else if (!seen.Add(name))
                findings.Add(FindingCodes.DuplicateKey, value.KeyAt, value.Path,
                    $"the header `{name}` is there twice but for its case. Remove one.");
            if (!Secrets.Contains(name, StringComparer.OrdinalIgnoreCase)) continue;
            if (value.Written?.Contains("${", StringComparison.Ordinal) == false)
                findings.Add(FindingCodes.LiteralSecret, value.At, value.Path,
                    "the secret stands in the file itself. Use `${file:/path}` or `${env:NAME}`.");
            if (isPlain && !url.IsLoopback)
                findings.Add(FindingCodes.PlainPassword, value.KeyAt, value.Path,
                    "the secret goes to another machine in plain text. Use `https` in the URL.");
        }
    }

    static TextFault? HeaderValue(string text)
    {
        for (var i = 0; i < text.Length; i++)
            if (text[i] is < ' ' or > '~') return new(i, "a header's value holds printable ASCII characters only");
        return text.Length > 4096 ? new(4096, "longer than 4096 characters")
            : text.Trim().Length != text.Length ? new(0, "spaces at the start or end")
            : null;
    }
}
