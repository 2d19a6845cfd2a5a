using EdgeAgent.Core.Text;
using System.Globalization;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Configuration.Binding;

/// <summary>The forms of network addresses. Messages never repeat the address: it may hold a password.</summary>
static class Addresses
{
    /// <summary>What is wrong with <c>host:port</c>, or null.</summary>
    public static TextFailure? HostPort(string text)
    {
        if (text.Contains(','))
            return new(
                text.IndexOf(','), "one address is expected; write several as a list, each in its own quotes: [\"a:9092\", \"b:9092\"]");
        var colon = text.LastIndexOf(':');
        if (colon <= 0) return new(0, "expected host:port");
        if (!ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0)
            return new(colon + 1, "the port is a number from 1 to 65535");
        return Uri.CheckHostName(text[..colon]) == UriHostNameType.Unknown ? new(0, "the host is neither a name nor an address") : null;
    }

    /// <summary>Reads a URL with one of the schemes of <paramref name="spec"/>, a host, perhaps a port, and nothing else but, where
    /// the spec takes them, path and query.</summary>
    public static bool TryUrl(string text, FieldSpec spec, out Uri url, out FindingCode code, out string failure)
    {
        code = FindingCodes.BadText;
        var schemes = string.Join(" or ", spec.Choices.Select(c => $"`{c.Name}://`"));
        failure = "";
        var isHttp = spec.HasPath && spec.Pathless.Count == 0;
        if (!Uri.TryCreate(text, UriKind.Absolute, out url!))
            failure = $"not a URL. Expected {schemes} with host and port, such as {spec.Example}.";
        else if (url.UserInfo.Length > 0)
            (code, failure) = (FindingCodes.UserInUrl, "a user name or password stands in the URL. Use "
                + $"{(isHttp ? "an `Authorization` header" : "`username` and `password`")}.");
        else if (!schemes.Contains($"`{url.Scheme}://`", StringComparison.Ordinal))
            failure = $"the URL does not start with {schemes}. Use one of them.";
        else if (url.Host.Length == 0)
            failure = $"the URL has no host. Expected {schemes} with host and port.";
        else if (url.Port == 0)
            failure = "the port is 0. Use a port from 1 to 65535.";
        else if (spec.HasPath && !spec.Pathless.Contains(url.Scheme) && url.Fragment.Length > 0)
            failure = "the URL has a fragment (`#…`), which no server sees. Remove it.";
        else if ((!spec.HasPath || spec.Pathless.Contains(url.Scheme))
            && (url.AbsolutePath is not ("" or "/") || url.Query.Length > 0 || url.Fragment.Length > 0))
            failure = "the URL has a path, a query or a fragment, which have no meaning here. Remove them.";
        return failure.Length == 0;
    }
}
