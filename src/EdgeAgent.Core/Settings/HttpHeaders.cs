using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Core.Settings;

/// <summary>The key <c>headers</c> of components that post to a <c>url</c>, and what URL, headers and <c>tls</c> say together.</summary>
public static class HttpHeaders
{
    // Written by the agent itself (RFC 9110); a second one would make the request ambiguous.
    static readonly string[] Own =
    [
        "host", "content-length", "content-type", "transfer-encoding", "connection", "keep-alive", "expect", "te", "trailer", "upgrade",
        "user-agent"
    ];
    static readonly string[] Secrets = ["authorization", "proxy-authorization", "cookie", "x-api-key", "x-auth-token"];

    /// <summary>The key.</summary>
    public static readonly FieldSpec Field = FieldSpec.Map("headers",
        "Further headers of each request. Values with secrets come from files or variables.", FieldType.Text,
        FieldSpec.Text("", "A value.") with { Syntax = Value, MayBeSecret = true })
        with { MaxCount = 32, DefaultDoc = "none", Example = "{ Authorization: \"${file:/etc/edge-agent/pager.token}\" }" };

    /// <summary>The headers, in the order of the file.</summary>
    public static IReadOnlyList<(string Name, Secret Value)> Build(SpecValues v) =>
        [.. v.Entries("headers").Select(e => (e.Key, new Secret((string)e.Value.Value!)))];

    /// <summary>Adds findings about <c>url</c>, <c>tls</c> and <c>headers</c>.</summary>
    /// <param name="v">The component.</param>
    /// <param name="findings">Gets them.</param>
    /// <param name="own">Starts of further headers that the component writes itself.</param>
    public static void Check(SpecValues v, FindingList findings, string own)
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
            else if (Own.Contains(name, StringComparer.OrdinalIgnoreCase) || name.StartsWith(own, StringComparison.OrdinalIgnoreCase))
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

    static TextFailure? Value(string text)
    {
        for (var i = 0; i < text.Length; i++)
            if (text[i] is < ' ' or > '~') return new(i, "a header's value holds printable ASCII characters only");
        return text.Length > 4096 ? new(4096, "longer than 4096 characters")
            : text.Trim().Length != text.Length ? new(0, "spaces at the start or end")
            : null;
    }
}
