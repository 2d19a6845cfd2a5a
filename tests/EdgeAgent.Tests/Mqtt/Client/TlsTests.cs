using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Network;
using Xunit;
using static EdgeAgent.Tests.Mqtt.Client.ClientSetup;

namespace EdgeAgent.Tests.Mqtt.Client;

public sealed class TlsTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("mqtt-tls").FullName;
    readonly X509Certificate2 _authority = Authority("CN=Test CA");

    string CaFile => Write("ca.pem", _authority.ExportCertificatePem());

    [Theory]
    [InlineData("127.0.0.1", null)]
    [InlineData("localhost", null)]
    [InlineData("127.0.0.1", "broker.test")]
    public void Connects_to_a_trusted_broker_of_the_right_name(string host, string? serverName)
    {
        using var broker = Broker(Issue("CN=broker", server: true), false, peer =>
        {
            peer.Accept();
            peer.Expect("82 07 00 01 00 00 01 'a' 01");
            peer.Send("90 04 00 01 00 01");
            for (var i = 0; i < 3; i++)
            {
                peer.Expect("40 02 00 05");
                SendPublish(peer, i * 30_000);
            }
            peer.ExpectEnd("E0 00");
        });
        using var connection = Connect(Options(broker)
            with { Host = host, Tls = new TlsOptions { CaFile = CaFile, ServerName = serverName }, ReceiveBufferBytes = 1000 });
        connection.Subscribe(1, new MqttSubscription("a", 1));
        Assert.Equal(["SubAck id1 code00 01"], Read(connection, 1));
        for (var i = 0; i < 3; i++)
        {
            // Nothing is under way: a time-out must leave the TLS stream usable.
            Assert.Equal(FillResult.Timeout, connection.Fill(1));
            Assert.Equal(FillResult.Timeout, connection.Fill(0));
            connection.PubAck([5]);
            Assert.Equal($"a={new string('x', i * 30_000)} q0 id0", Read(connection, 1).Single());
        }
        connection.Disconnect();
    }

    [Fact]
    public void Refuses_another_name_and_says_which_it_found()
    {
        var e = Fails(Issue("CN=broker", server: true), new TlsOptions { CaFile = CaFile, ServerName = "other.test" });
        Assert.Equal(ConnectFailure.TlsNameMismatch, e.Failure);
        Assert.Contains("other.test", e.Message);
        Assert.Contains("broker.test", e.Message);
    }

    [Fact]
    public void Refuses_an_authority_that_is_not_trusted()
    {
        using var stranger = Authority("CN=Stranger");
        var e = Fails(Issue("CN=broker", server: true),
            new TlsOptions { CaFile = Write("other.pem", stranger.ExportCertificatePem()), ServerName = "broker.test" });
        Assert.Equal(ConnectFailure.TlsUntrusted, e.Failure);
        Assert.Contains("CN=Test CA", e.Message);
        Assert.Equal(ConnectFailure.TlsUntrusted,
            Fails(Issue("CN=broker", server: true), new TlsOptions { ServerName = "broker.test" }).Failure);
    }

    [Fact]
    public void Refuses_an_expired_certificate()
    {
        var now = DateTimeOffset.UtcNow;
        var e = Fails(Issue("CN=broker", server: true, now.AddDays(-20), now.AddDays(-10)),
            new TlsOptions { CaFile = CaFile, ServerName = "broker.test" });
        Assert.Equal(ConnectFailure.TlsExpired, e.Failure);
        Assert.Contains($"{now.AddDays(-10):yyyy-MM-dd}", e.Message);
    }

    [Fact]
    public void Shows_its_client_certificate()
    {
        using var client = Issue("CN=gw-7", server: false);
        var certFile = Write("client.pem", client.ExportCertificatePem());
        var keyFile = Write("client.key", client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        using var broker = Broker(Issue("CN=broker", server: true), true, peer =>
        {
            Assert.Equal("CN=gw-7", ((SslStream)peer.Stream).RemoteCertificate!.Subject);
            peer.Accept();
            peer.ExpectEnd("E0 00");
        });
        using var connection =
            Connect(Options(broker) with { Tls = new TlsOptions { CaFile = CaFile, CertFile = certFile, KeyFile = keyFile } });
        connection.Disconnect();
    }

    [Fact]
    public void Says_when_the_port_does_not_speak_tls()
    {
        using var broker = new FakeBroker(peer =>
        {
            peer.Socket.Receive(new byte[1]);
            peer.Send("20 02 00 01");
        });
        var e = Assert.Throws<ConnectException>(() => Connect(Options(broker) with { Tls = new TlsOptions { CaFile = CaFile } }));
        Assert.Equal(ConnectFailure.TlsFailed, e.Failure);
        Assert.Contains("port", e.Message);
    }

    [Fact]
    public void Gives_up_a_broker_whose_handshake_comes_byte_by_byte()
    {
        using var broker = new FakeBroker(peer =>
        {
            // A handshake record of 4,000 bytes that never ends: each byte comes well within the time for a read.
            peer.Send("16 03 03 0F A0 02 00 0F 9C 03 03");
            try
            {
                while (true)
                {
                    peer.Send("00");
                    peer.Socket.Poll(20_000, SelectMode.SelectError);
                }
            }
            catch (IOException)
            {
                // Given up.
            }
        });
        var e = Assert.Throws<ConnectException>(() =>
            Connect(Options(broker) with { Tls = new TlsOptions { CaFile = CaFile }, ConnectTimeout = TimeSpan.FromMilliseconds(500) }));
        Assert.Equal((ConnectFailure.TimedOut, RetryAdvice.Soon), (e.Failure, e.Retry));
    }

    [Fact]
    public void Says_when_a_file_cannot_be_used()
    {
        foreach (var tls in new[]
        {
            new TlsOptions { CaFile = Path.Combine(_folder, "none.pem") },
            new TlsOptions { CaFile = Write("empty.pem", "hello") },
            new TlsOptions { CertFile = Path.Combine(_folder, "none.pem") },
            new TlsOptions { CertFile = CaFile, KeyFile = Write("bad.key", "hello") },
        })
        {
            using var broker = new FakeBroker(peer => peer.ReadToEnd());
            var e = Assert.Throws<ConnectException>(() => Connect(Options(broker) with { Tls = tls }));
            Assert.Equal((ConnectFailure.BadOptions, RetryAdvice.Slowly), (e.Failure, e.Retry));
            Assert.Contains((tls.CaFile ?? tls.CertFile)!, e.Message);
        }
    }

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, true);
    }

    ConnectException Fails(X509Certificate2 server, TlsOptions tls)
    {
        using var broker = new FakeBroker(peer =>
        {
            using var stream = new SslStream(peer.Stream);
            try
            {
                stream.AuthenticateAsServer(server);
                stream.ReadByte();
            }
            catch (Exception e) when (e is IOException or AuthenticationException)
            {
                // The client hung up, as it should.
            }
        });
        return Assert.Throws<ConnectException>(() => Connect(Options(broker) with { Tls = tls }));
    }

    FakeBroker Broker(X509Certificate2 server, bool wantsClient, Action<FakePeer> script) => new(peer =>
    {
        using var stream = new SslStream(peer.Stream);
        stream.AuthenticateAsServer(new SslServerAuthenticationOptions
        {
            ServerCertificate = server,
            ClientCertificateRequired = wantsClient,
            RemoteCertificateValidationCallback = (_, certificate, _, _) => !wantsClient || certificate != null,
        });
        script(new FakePeer(peer.Socket, stream));
    });

    static void SendPublish(FakePeer peer, int payloadBytes)
    {
        var buffer = new EdgeAgent.Mqtt.Packets.PacketBuffer();
        var payload = new byte[payloadBytes];
        payload.AsSpan().Fill((byte)'x');
        new EdgeAgent.Mqtt.Packets.PublishPacket { Topic = "a"u8, Payload = payload }
            .WriteTo(buffer, EdgeAgent.Mqtt.Packets.MqttVersion.V500);
        peer.Send(buffer.Written);
    }

    string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    static X509Certificate2 Authority(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-30), DateTimeOffset.UtcNow.AddDays(30));
    }

    X509Certificate2 Issue(string subject, bool server, DateTimeOffset? from = null, DateTimeOffset? to = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid(server ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2")], false));
        if (server)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName("localhost");
            names.AddDnsName("broker.test");
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
        }
        using var certificate = request.Create(_authority, from ?? DateTimeOffset.UtcNow.AddDays(-1),
            to ?? DateTimeOffset.UtcNow.AddDays(20), RandomNumberGenerator.GetBytes(8));
        using var withKey = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }
}
