using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace EdgeAgent.KafkaPeer;

/// <summary>What a client passes before it reaches a mock broker, which speaks neither: TLS, a client certificate, SASL.</summary>
/// <remarks>Any thread. A changed certificate or password is for connections made from then on.</remarks>
public sealed class Front
{
    volatile SslStreamCertificateContext? _certificate;

    /// <summary>Users and passwords for SASL.</summary>
    public Accounts Accounts { get; } = new();

    /// <summary>Offered mechanisms; empty for no SASL.</summary>
    public IReadOnlyList<string> Mechanisms { get; init; } = [];

    /// <summary>PEM file of the authority that has to have signed a client's certificate; null when none is asked for.</summary>
    public string? ClientAuthority { get; init; }

    /// <summary>Speaks TLS from now on, with this certificate (PEM files).</summary>
    public void UseCertificate(string certificateFile, string keyFile) =>
        _certificate = SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(certificateFile, keyFile), null,
            offline: true);

    /// <summary>The stream to go on with, or null when the client was refused or went away.</summary>
    public async Task<Stream?> AdmitAsync(Stream client, Stream broker)
    {
        if (_certificate is { } certificate) client = await SecureAsync(client, certificate);
        return Mechanisms.Count == 0 || await new SaslDoor(Mechanisms, Accounts).AdmitAsync(client, broker) ? client : null;
    }

    async Task<Stream> SecureAsync(Stream client, SslStreamCertificateContext certificate)
    {
        var tls = new SslStream(client);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate,
            ClientCertificateRequired = ClientAuthority is not null,
            RemoteCertificateValidationCallback = (_, shown, _, _) => ClientAuthority is null || IsOurs(shown as X509Certificate2),
        });
        return tls;
    }

    bool IsOurs(X509Certificate2? shown)
    {
        if (shown is null) return false;
        using var chain =
            new X509Chain { ChainPolicy = { RevocationMode = X509RevocationMode.NoCheck, TrustMode = X509ChainTrustMode.CustomRootTrust } };
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(ClientAuthority!);
        return chain.Build(shown);
    }
}
