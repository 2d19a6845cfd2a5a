using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeAgent.Core.Settings;

namespace EdgeAgent.Outputs.Kafka;

/// <summary>Looks at the files of <c>tls</c> before librdkafka does, which would tell of them in OpenSSL's words.</summary>
static class KafkaFiles
{
    const string Encrypted = "ENCRYPTED";

    /// <summary>What is wrong with them and what to do; null when nothing is.</summary>
    public static string? WhyNot(KafkaOutputSettings settings)
    {
        if (settings.Tls is not { } tls) return null;
        if (tls.CaFile is { } ca && (Unreadable("tls.ca_file", ca, out var pem) ?? NoCertificate("tls.ca_file", ca, pem)) is { } wrong)
            return wrong;
        if (tls.CertFile is not { } cert) return null;
        if ((Unreadable("tls.cert_file", cert, out var certificate) ?? NoCertificate("tls.cert_file", cert, certificate)) is { } bad)
            return bad;
        if (tls.KeyFile is null) return WhyNotKey(tls, "tls.cert_file", cert, certificate, certificate);
        return Unreadable("tls.key_file", tls.KeyFile, out var key) ?? WhyNotKey(tls, "tls.key_file", tls.KeyFile, certificate, key);
    }

    static string? WhyNotKey(TlsSettings tls, string name, string path, string certificate, string key)
    {
        if (!key.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
            return $"{name} {path} holds no private key in PEM. Write the file that does to tls.key_file.";
        var isEncrypted = key.Contains(Encrypted, StringComparison.Ordinal);
        if (isEncrypted && tls.KeyPassword is null) return $"The key in {name} {path} is encrypted. Set tls.key_password.";
        // OpenSSL's own old form of an encrypted key is left to librdkafka.
        if (isEncrypted && !key.Contains("BEGIN ENCRYPTED", StringComparison.Ordinal)) return null;
        try
        {
            using var both = isEncrypted
                ? X509Certificate2.CreateFromEncryptedPem(certificate, key, tls.KeyPassword!.Reveal())
                : X509Certificate2.CreateFromPem(certificate, key);
            return null;
        }
        catch (CryptographicException) when (isEncrypted)
        {
            return $"The key in {name} {path} cannot be read with tls.key_password, or does not belong to the certificate in tls.cert_file "
                + $"{tls.CertFile}. Check both.";
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return $"The key in {name} {path} does not belong to the certificate in tls.cert_file {tls.CertFile}. "
                + "Write the key that it was made with to tls.key_file.";
        }
    }

    static string? NoCertificate(string name, string path, string pem) =>
        pem.Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal)
        || pem.Contains("-----BEGIN TRUSTED CERTIFICATE-----", StringComparison.Ordinal)
        ? null
        : $"{name} {path} holds no certificate in PEM. Write one there.";

    static string? Unreadable(string name, string path, out string text)
    {
        text = "";
        try
        {
            text = File.ReadAllText(path);
            return null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return $"{name} {path} is not there. Put the file there, or correct the path.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{name} {path} cannot be read ({e.Message}). Let the user the agent runs as read it.";
        }
    }
}
