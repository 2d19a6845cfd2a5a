using System.Globalization;
using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Core.Settings;

/// <summary>Keys of a section that opens an address: <c>listen</c> and who may come.</summary>
static class ListenFields
{
    const int MinRounds = 10_000, MaxRounds = 10_000_000;

    /// <summary>The keys.</summary>
    public static IReadOnlyList<FieldSpec> Of(string example) =>
    [
        FieldSpec.Of(FieldType.HostPort, "listen", "Address and port to listen on. `127.0.0.1` is this machine alone, `0.0.0.0` and `[::]` "
            + "are all its addresses.") with { Required = true, Example = example },
        FieldSpec.List("hosts", "Names by which clients may ask for it besides `localhost` and addresses; others are refused, "
            + "so that no foreign web page reads it by a name of its own.",
            FieldSpec.Text("", "A name.") with { Syntax = HostName })
            with { DefaultDoc = "none", MaxCount = 32, Example = "[gw7.plant.example]" },
        FieldSpec.Text("password_hash", "Hash of the password that clients must give, with any user name; `edge-agent password` makes it.")
            with { DefaultDoc = "no password", Example = "pbkdf2-sha256:600000:…" },
        FieldSpec.Nested("tls", "TLS as a server.", ServerTlsSpec.Spec) with { DefaultDoc = "plain text" },
    ];

    /// <summary>The settings.</summary>
    public static ListenSettings Build(SpecValues v)
    {
        var (host, port) = Split(v.Get<string>("listen"));
        return new ListenSettings
        {
            Host = host,
            Port = port,
            Hosts = v.Texts("hosts"),
            PasswordHash = v.GetOrNull<string>("password_hash") is { } hash ? new Secret(hash) : null,
            Tls = v.Nested<ServerTlsSettings>("tls"),
        };
    }

    /// <summary>Findings: an address that is none, one that others can reach, a password in plain text.</summary>
    /// <param name="v">The section.</param>
    /// <param name="findings">Gets them.</param>
    /// <param name="mayBeOpen">Whether the section has the key <c>open</c>.</param>
    public static void Check(SpecValues v, FindingList findings, bool mayBeOpen)
    {
        // Never with what was seen: it may be the password itself.
        if (v.Find("password_hash") is { Value: string hash } given && !IsHash(hash))
            findings.Add(FindingCodes.BadText, given.At, given.Path, "not a hash of a password. `edge-agent password` makes one.");
        if (v.Find("listen") is not { Value: string text } listen) return;
        var (host, _) = Split(text);
        if (!IsAddress(host))
        {
            findings.Add(FindingCodes.BadText, listen.At, listen.Path,
                "an IP address of this machine is expected, not a name. Use 127.0.0.1, or [::1], for this machine alone.");
            return;
        }

        if (host == "::1" || host.StartsWith("127.", StringComparison.Ordinal)) return;
        var isClosed = v.Has("password_hash") || v.Find("tls")?.Nested?.Has("client_ca_file") == true;
        if (!isClosed && !(mayBeOpen && v.TryGet("open", out bool open) && open))
            findings.Add(FindingCodes.OpenAddress, listen.At, listen.Path,
                "others than this machine can reach this address. Use 127.0.0.1, or give `password_hash`, or `tls` with `client_ca_file`"
                + $"{(mayBeOpen ? ", or say `open: true`" : "")}.");
        else if (v.Find("password_hash") is { } password && !v.Has("tls"))
            findings.Add(FindingCodes.PlainPassword, password.KeyAt, password.Path,
                "the password comes over the network in plain text. Give `tls`, or use 127.0.0.1 and an SSH tunnel.");
    }

    static (string Host, int Port) Split(string address)
    {
        var colon = address.LastIndexOf(':');
        var host = address[..colon].Trim('[', ']');
        return (host == "localhost" ? "127.0.0.1" : host, int.Parse(address.AsSpan(colon + 1), CultureInfo.InvariantCulture));
    }

    static bool IsAddress(string host) =>
        host.Contains(':') || (host.Split('.') is { Length: 4 } parts && parts.All(p => byte.TryParse(p, out _)));

    static TextFailure? HostName(string text) =>
        text.Length == 0 || text.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_'))
            ? new(0, "a host's name is letters, digits, `.` and `-`, without a port") : null;

    static bool IsHash(string text) =>
        text.Split(':') is ["pbkdf2-sha256", var rounds, var salt, var hash]
            && int.TryParse(rounds, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count is >= MinRounds and <= MaxRounds
            && LengthOf(salt) >= 16 && LengthOf(hash) == 32;

    static int LengthOf(string base64)
    {
        Span<byte> bytes = stackalloc byte[64];
        return Convert.TryFromBase64String(base64, bytes, out var count) ? count : 0;
    }
}
