using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeAgent.Network;

/// <summary>Puts TLS over a connected socket and turns a refused certificate into a sentence.</summary>
/// <remarks>
/// The name is always checked against the certificate's alternative names. With a CA file only its authorities are trusted.
/// Revocation is not asked for: a gateway often cannot reach the responder, and no certificate is ever downloaded.
/// </remarks>
public static class TlsHandshake
{
    /// <summary>What the peer showed and what is wrong with it.</summary>
    sealed class Seen
    {
        public SslPolicyErrors Errors { get; set; }

        public X509ChainStatusFlags Chain { get; set; }

        public X509Certificate2? Certificate { get; set; }
    }

    /// <summary>The transport over <paramref name="socket"/> once the handshake is done.</summary>
    /// <remarks>A later send waits up to <paramref name="sendTimeout"/> for a peer that does not read.</remarks>
    /// <exception cref="ConnectException">It did not work; the message says why and what to do.</exception>
    public static ITransport Run(Socket socket, Peer peer, TlsOptions settings, Deadline deadline, TimeSpan sendTimeout)
    {
        var seen = new Seen();
        var authentication = Authentication(peer.CertificateName, settings, seen);
        var inner = new SocketStream(socket) { ReadTimeoutMs = deadline.LeftMs, WriteTimeoutMs = deadline.LeftMs, ReadsEnd = deadline };
        var tls = new SslStream(inner, leaveInnerStreamOpen: true);
        try
        {
            tls.AuthenticateAsClient(authentication);
            inner.ReadsEnd = null;
            inner.WriteTimeoutMs = (int)Math.Min(sendTimeout.TotalMilliseconds, int.MaxValue);
            return new TlsTransport(socket, inner, tls);
        }
        catch (Exception e) when (IsExpected(e))
        {
            tls.Dispose();
            throw Explain(e, inner.ReadTimedOut, seen, peer);
        }
    }

    /// <summary>The same over a stream, for clients that read and write asynchronously.</summary>
    internal static async Task<Stream> RunAsync(Stream inner, Peer peer, TlsOptions settings, Deadline deadline, CancellationToken cancel)
    {
        var seen = new Seen();
        var authentication = Authentication(peer.CertificateName, settings, seen);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        late.CancelAfter(deadline.LeftMs);
        var tls = new SslStream(inner);
        try
        {
            await tls.AuthenticateAsClientAsync(authentication, late.Token).ConfigureAwait(false);
            return tls;
        }
        catch (Exception e) when (IsExpected(e) || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            tls.Dispose();
            throw Explain(e, e is OperationCanceledException, seen, peer);
        }
    }

    static bool IsExpected(Exception e) => e is AuthenticationException or IOException or SocketException or InvalidOperationException;

    static SslClientAuthenticationOptions Authentication(string name, TlsOptions settings, Seen seen) => new()
    {
        TargetHost = name,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        CertificateChainPolicy = ChainPolicy(settings),
        ClientCertificateContext = ClientCertificate(settings),
        ApplicationProtocols = settings.Alpn.Count == 0 ? null : [.. settings.Alpn.Select(name => new SslApplicationProtocol(name))],
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            seen.Errors = errors;
            seen.Certificate = certificate == null ? null : X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
            foreach (var status in chain?.ChainStatus ?? []) seen.Chain |= status.Status;
            return errors == SslPolicyErrors.None;
        },
    };

    static X509ChainPolicy ChainPolicy(TlsOptions settings)
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (settings.CaFile == null) return policy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(settings.CaFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw BadFile("CA file", settings.CaFile, e);
        }
        return policy.CustomTrustStore.Count > 0 ? policy : throw BadFile("CA file", settings.CaFile, null);
    }

    static SslStreamCertificateContext? ClientCertificate(TlsOptions settings)
    {
        if (settings.CertFile == null) return null;
        try
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPemFile(settings.CertFile);
            if (all.Count == 0) throw BadFile("certificate file", settings.CertFile, null);
            all.RemoveAt(0);
            var leaf = settings.KeyPassword is null
                ? X509Certificate2.CreateFromPemFile(settings.CertFile, settings.KeyFile)
                : X509Certificate2.CreateFromEncryptedPemFile(settings.CertFile, settings.KeyPassword, settings.KeyFile);
            return SslStreamCertificateContext.Create(leaf, all, offline: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw BadFile("certificate or key file", $"{settings.CertFile}, {settings.KeyFile ?? settings.CertFile}", e);
        }
    }

    static ConnectException BadFile(string what, string path, Exception? inner) => new(ConnectFailure.BadOptions,
        $"The {what} {path} cannot be used: {inner?.Message ?? "it has no PEM certificate."}", RetryAdvice.Slowly, 0, inner);

    static ConnectException Explain(Exception e, bool timedOut, Seen seen, Peer peer)
    {
        var (where, shown, chain) = (peer.Where, seen.Certificate, seen.Chain);
        if (timedOut)
            return new(ConnectFailure.TimedOut, $"{where} does not answer with TLS. Check that the port is the one for TLS.",
                RetryAdvice.Soon, 0, e);
        if ((chain & X509ChainStatusFlags.NotTimeValid) != 0 && shown != null)
            return Refused(ConnectFailure.TlsExpired,
                $"The certificate of {where} is valid from {shown.NotBefore:yyyy-MM-dd} to {shown.NotAfter:yyyy-MM-dd}, "
                + $"and the gateway's clock says {DateTime.UtcNow:yyyy-MM-dd}.",
                "Renew it, or set the clock.", e);
        if ((seen.Errors & SslPolicyErrors.RemoteCertificateNameMismatch) != 0)
            return Refused(ConnectFailure.TlsNameMismatch,
                $"The certificate of {where} is not for the name {peer.CertificateName} but for {NamesOf(shown)}.",
                "Connect by that name, or set the server name.", e);
        if ((seen.Errors & SslPolicyErrors.RemoteCertificateChainErrors) != 0)
            return Refused(ConnectFailure.TlsUntrusted,
                $"The certificate of {where} is not signed by an authority trusted here ({chain}; issued by {shown?.Issuer}).",
                "Set the CA file to the server's authority.", e);
        return new(ConnectFailure.TlsFailed, Sentence(where, Deepest(e)), RetryAdvice.Slowly, 0, e);
    }

    // What SslStream says is only that OpenSSL failed (SSL_ERROR_SSL); why is in the innermost exception.
    static string Deepest(Exception e)
    {
        while (e.InnerException is { } inner) e = inner;
        return e.Message.TrimEnd('.', ' ');
    }

    /// <summary>A failed handshake in words of the configuration; <paramref name="detail"/> is OpenSSL's.</summary>
    internal static string Sentence(string where, string detail)
    {
        bool Says(params ReadOnlySpan<string> any)
        {
            foreach (var words in any)
                if (detail.Contains(words, StringComparison.OrdinalIgnoreCase)) return true;
            return false;
        }

        if (Says("wrong version number", "packet length too long", "unexpected message", "unknown protocol",
            "cannot determine the frame size"))
            return $"{where} does not answer with TLS ({detail}). Remove TLS, or name the port that speaks it.";
        if (Says("alert certificate expired", "alert unknown ca", "alert bad certificate", "alert certificate revoked",
            "alert certificate unknown"))
            return $"{where} refuses our client certificate ({detail}). Check who signed it, and whether it has expired or is missing.";
        if (Says("certificate required", "handshake failure"))
            return $"{where} ended the handshake ({detail}): it may want a client certificate. "
                + "Set the certificate and key files.";
        if (Says("no application protocol"))
            return $"{where} speaks none of the protocols in `alpn` ({detail}). Set the one its operator names, or remove `alpn`.";
        if (Says("unsupported protocol", "protocol version", "no protocols available"))
            return $"{where} and this agent have no TLS version in common ({detail}); 1.2 and 1.3 are spoken here. Update the server.";
        return $"TLS with {where} failed: {detail}. "
            + "Check that the port is the one for TLS and whether the server wants a client certificate.";
    }

    static ConnectException Refused(ConnectFailure failure, string what, string whatToDo, Exception inner) =>
        new(failure, $"{what} {whatToDo}", RetryAdvice.Slowly, 0, inner) { What = what };

    static string NamesOf(X509Certificate2? certificate)
    {
        if (certificate == null) return "none";
        var names = new List<string>();
        foreach (var extension in certificate.Extensions)
            if (extension is X509SubjectAlternativeNameExtension alternatives)
            {
                names.AddRange(alternatives.EnumerateDnsNames());
                foreach (var address in alternatives.EnumerateIPAddresses()) names.Add(address.ToString());
            }
        return names.Count > 0 ? string.Join(", ", names) : certificate.Subject;
    }
}
