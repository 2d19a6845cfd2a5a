using System.Diagnostics;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>An authority, a server's certificate for localhost and a client's, made by openssl in the workspace.</summary>
sealed class Certificates
{
    readonly Workspace _workspace;

    /// <summary>Makes all of them; <paramref name="name"/> tells authorities apart.</summary>
    public Certificates(Workspace workspace, string name = "ca")
    {
        _workspace = workspace;
        Authority = workspace[$"{name}.pem"];
        Run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", $"/CN=test {name}", "-keyout", workspace[$"{name}.key"],
            "-out", Authority);
        (ServerKey, Server) = Issue(name, "server", "subjectAltName=DNS:localhost,IP:127.0.0.1");
        (ClientKey, Client) = Issue(name, "client", "extendedKeyUsage=clientAuth");
    }

    /// <summary>Certificate of the authority.</summary>
    public string Authority { get; }

    /// <summary>Certificate of the server, for localhost and 127.0.0.1.</summary>
    public string Server { get; }

    /// <summary>Its key.</summary>
    public string ServerKey { get; }

    /// <summary>Certificate of a client.</summary>
    public string Client { get; }

    /// <summary>Its key.</summary>
    public string ClientKey { get; }

    /// <summary>One more certificate for a server called <paramref name="dnsName"/>,
    /// good for two days from <paramref name="from"/> (default: now).</summary>
    public (string Key, string Certificate) IssueServer(string dnsName, string from = "now") =>
        Issue(Path.GetFileNameWithoutExtension(Authority), dnsName, "subjectAltName=DNS:" + dnsName, from);

    (string Key, string Certificate) Issue(string authority, string name, string extension, string from = "now")
    {
        var (key, request, certificate) =
            (_workspace[$"{authority}-{name}.key"], _workspace[$"{authority}-{name}.csr"], _workspace[$"{authority}-{name}.pem"]);
        var extensions = _workspace.Write($"{authority}-{name}.ext", extension);
        Run("req", "-newkey", "rsa:2048", "-nodes", "-subj", $"/CN={name}", "-keyout", key, "-out", request);
        RunAt(from, "x509", "-req", "-in", request, "-CA", Authority, "-CAkey", _workspace[$"{authority}.key"], "-CAcreateserial", "-days",
            "2", "-extfile", extensions, "-out", certificate);
        return (key, certificate);
    }

    static void Run(params string[] arguments) => RunAt("now", arguments);

    static void RunAt(string date, params string[] arguments)
    {
        using var openssl =
            Process.Start(new ProcessStartInfo("faketime", [date, "openssl", .. arguments]) { RedirectStandardError = true })!;
        var text = openssl.StandardError.ReadToEnd();
        openssl.WaitForExit();
        if (openssl.ExitCode != 0) throw new InvalidOperationException($"openssl {arguments[0]}: {text}");
    }
}
