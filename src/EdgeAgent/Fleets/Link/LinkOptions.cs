using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeAgent.Core.Settings;
using EdgeAgent.Fleet.Messages;
using MQTTnet;
using MQTTnet.Formatter;

namespace EdgeAgent.Fleets.Link;

/// <summary>Options of MQTTnet's client from the settings of a broker.</summary>
static class LinkOptions
{
    // Of a message there is its topic and a few properties beside the payload.
    const uint MostPacketBytes = SizeLimits.Document + (4 << 10);

    /// <summary>The options; files of <c>tls</c> are read now.</summary>
    /// <exception cref="IOException">They cannot be used; the message says why.</exception>
    public static MqttClientOptions Of(BrokerSettings broker, TimeSpan answerWithin)
    {
        var isOld = broker.ProtocolVersion == 4;
        var options = new MqttClientOptionsBuilder().WithTcpServer(broker.Host, broker.Port).WithClientId(broker.ClientId)
            .WithProtocolVersion(isOld ? MqttProtocolVersion.V311 : MqttProtocolVersion.V500)
            .WithKeepAlivePeriod(broker.KeepAlive).WithTimeout(answerWithin).WithCleanStart();
        if (!isOld) options.WithMaximumPacketSize(MostPacketBytes);
        if (broker.Username is { } user) options.WithCredentials(user, broker.Password?.Reveal());
        if (broker.Tls is { } tls) options.WithTlsOptions(o => Secure(o, broker.Host, tls));
        return options.Build();
    }

    static void Secure(MqttClientTlsOptionsBuilder options, string host, TlsSettings tls)
    {
        try
        {
            options.UseTls().WithTargetHost(tls.ServerName ?? host).WithSslProtocols(SslProtocols.Tls12 | SslProtocols.Tls13)
                .WithRevocationMode(X509RevocationMode.NoCheck);
            if (tls.CaFile is { } file)
            {
                var trusted = new X509Certificate2Collection();
                trusted.ImportFromPemFile(file);
                options.WithTrustChain(trusted);
            }

            if (tls.CertFile is { } certificate)
                options.WithClientCertificates([tls.KeyPassword is { } password
                    ? X509Certificate2.CreateFromEncryptedPemFile(certificate, password.Reveal(), tls.KeyFile)
                    : X509Certificate2.CreateFromPemFile(certificate, tls.KeyFile)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new IOException($"The files under `fleet.tls` cannot be used: {e.Message}", e);
        }
    }
}
