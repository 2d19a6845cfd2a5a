namespace EdgeAgent.Scenarios.Harness;

/// <summary>What the brokers of a cluster ask of clients, and what the scenario's own consumer answers.</summary>
/// <param name="Serve">More arguments of <c>kafka-peer serve</c>.</param>
/// <param name="Consume">More arguments of <c>kafka-peer consume</c>.</param>
sealed record KafkaDoor(IReadOnlyList<string> Serve, IReadOnlyList<string> Consume)
{
    const string SaslToken = "OAUTHBEARER";
    const string Reader = "reader", ReaderPassword = "reader-word";

    /// <summary>TLS, and OAUTHBEARER with the token of <paramref name="server"/>.</summary>
    public static KafkaDoor OfToken(Certificates certificates, TokenServer server, string clientId, string secret) => new(
        ["--host", "localhost", "--certificate", certificates.Server, "--key", certificates.ServerKey, "--sasl", SaslToken, "--users",
            $"token:{server.Token}"],
        ["--set", string.Join(',', "security.protocol=sasl_ssl", $"ssl.ca.location={certificates.Authority}", $"sasl.mechanism={SaslToken}",
            "sasl.oauthbearer.method=oidc", $"sasl.oauthbearer.client.id={clientId}", $"sasl.oauthbearer.client.secret={secret}",
            $"sasl.oauthbearer.token.endpoint.url={server.Url}", $"https.ca.location={certificates.Authority}")]);

    /// <summary>TLS with the server's certificate of <paramref name="certificates"/> (null: none),
    /// SASL by <paramref name="mechanism"/> (null: none).</summary>
    /// <param name="certificates">Authority, server and client.</param>
    /// <param name="mechanism">The one mechanism offered.</param>
    /// <param name="users">Users besides the consumer's own, <c>name:password</c>.</param>
    /// <param name="wantsClientCertificate">Whether clients need a certificate of the same authority.</param>
    /// <param name="server">Another certificate than the server's, with its key.</param>
    /// <param name="host">What brokers call themselves.</param>
    public static KafkaDoor Of(Certificates? certificates, string? mechanism = null, string users = "", bool wantsClientCertificate = false,
        (string Key, string Certificate)? server = null, string host = "127.0.0.1")
    {
        List<string> serve = ["--host", host];
        List<string> options = [$"security.protocol={(mechanism, certificates) switch
        {
            (null, null) => "plaintext",
            (null, _) => "ssl",
            (_, null) => "sasl_plaintext",
            _ => "sasl_ssl",
        }}"];
        if (certificates is not null)
        {
            serve.AddRange(["--certificate", server?.Certificate ?? certificates.Server, "--key", server?.Key ?? certificates.ServerKey]);
            if (wantsClientCertificate) serve.AddRange(["--client-ca", certificates.Authority]);
            options.AddRange([$"ssl.ca.location={certificates.Authority}", $"ssl.certificate.location={certificates.Client}",
                $"ssl.key.location={certificates.ClientKey}"]);
        }

        if (mechanism is not null)
        {
            serve.AddRange(["--sasl", mechanism, "--users", $"{Reader}:{ReaderPassword},{users}"]);
            options.AddRange([$"sasl.mechanism={mechanism}", $"sasl.username={Reader}", $"sasl.password={ReaderPassword}"]);
        }

        return new KafkaDoor(serve, ["--set", string.Join(',', options)]);
    }
}
