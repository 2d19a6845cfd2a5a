using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeAgent.Web;

/// <summary>TLS 1.2 and 1.3 as a server; with authorities of clients, only their clients are let in.</summary>
/// <remarks>A certificate file that was written anew is taken for the next connection; one that cannot be read leaves the old in force.
/// Revocation is not asked for and no certificate is ever downloaded.</remarks>
sealed class ServerTls(string certFile, string? keyFile, string? clientCaFile)
{
    readonly Lock _lock = new();
    SslServerAuthenticationOptions? _options;
    DateTime _writtenAt;

    /// <summary>Reads the files.</summary>
    /// <exception cref="IOException">One of them cannot be used; the message says which.</exception>
    public void Load()
    {
        lock (_lock)
        {
            _writtenAt = WrittenAt();
            _options = Read();
        }
    }

    /// <summary>Makes TLS over a connection.</summary>
    public SslStream Secure(Stream stream)
    {
        var secured = new SslStream(stream);
        try
        {
            secured.AuthenticateAsServer(Current());
            return secured;
        }
        catch
        {
            secured.Dispose();
            throw;
        }
    }

    SslServerAuthenticationOptions Current()
    {
        lock (_lock)
        {
            var writtenAt = WrittenAt();
            if (_options is not null && writtenAt == _writtenAt) return _options;
            try
            {
                _options = Read();
            }
            catch (IOException) when (_options is not null)
            {
                // Half written, perhaps: it is looked at again when it changes again.
            }

            _writtenAt = writtenAt;
            return _options!;
        }
    }

    DateTime WrittenAt() => File.GetLastWriteTimeUtc(keyFile ?? certFile);

    SslServerAuthenticationOptions Read()
    {
        try
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPemFile(certFile);
            if (all.Count > 0) all.RemoveAt(0);
            using var leaf = X509Certificate2.CreateFromPemFile(certFile, keyFile);
            // As PKCS#12 once: a key of a PEM file alone is not taken by every version of the TLS library.
            var whole = X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), null);
            return new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(whole, all, offline: true),
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                ClientCertificateRequired = clientCaFile is not null,
                CertificateChainPolicy = ClientPolicy(),
                RemoteCertificateValidationCallback = clientCaFile is null ? null
                    : static (_, certificate, _, errors) => certificate is not null && errors == SslPolicyErrors.None,
            };
        }
        catch (Exception error) when (error is CryptographicException or UnauthorizedAccessException or IOException or ArgumentException)
        {
            throw new IOException($"The certificate, key or authority file ({certFile}, {keyFile ?? certFile}"
                + $"{(clientCaFile is null ? "" : $", {clientCaFile}")}) cannot be used: {error.Message}", error);
        }
    }

    X509ChainPolicy? ClientPolicy()
    {
        if (clientCaFile is null) return null;
        var policy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true, TrustMode = X509ChainTrustMode.CustomRootTrust,
        };
        policy.CustomTrustStore.ImportFromPemFile(clientCaFile);
        return policy;
    }
}
