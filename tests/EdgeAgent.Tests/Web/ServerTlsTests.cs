using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EdgeAgent.Web;
using Xunit;

namespace EdgeAgent.Tests.Web;

/// <summary>TLS as a server: only clients of the given authority are let in, and a renewed certificate is taken.</summary>
public sealed class ServerTlsTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("tls").FullName;
    readonly LogLines _log = new();
    readonly X509Certificate2 _authority = Make("CN=authority", null);

    public ServerTlsTests()
    {
        File.WriteAllText(At("ca.pem"), _authority.ExportCertificatePem());
        WriteServer("CN=first");
    }

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_page_over_TLS_is_answered_and_a_renewed_certificate_is_taken_for_the_next_connection()
    {
        using var server = Serve(null);
        Assert.Equal(("CN=first", true), Ask(server, null));
        WriteServer("CN=second");
        Assert.Equal(("CN=second", true), Ask(server, null));
        File.WriteAllText(At("server.pem"), "half written");
        Assert.Equal(("CN=second", true), Ask(server, null));
    }

    [Fact]
    public void With_an_authority_only_its_clients_are_let_in()
    {
        using var server = Serve(At("ca.pem"));
        using var good = Make("CN=client", _authority);
        using var stranger = Make("CN=client", null);
        Assert.True(Ask(server, good).IsAnswered);
        Assert.False(Ask(server, stranger).IsAnswered);
        Assert.False(Ask(server, null).IsAnswered);
        using (var plain = Connect(server))
        {
            plain.Send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8);
            var answer = new byte[100];
            var count = plain.Receive(answer, SocketFlags.None, out _);
            Assert.DoesNotContain("HTTP", Encoding.Latin1.GetString(answer, 0, count), StringComparison.Ordinal);
        }

        Assert.True(Ask(server, good).IsAnswered);
    }

    [Fact]
    public void Files_that_cannot_be_used_are_one_line_in_the_log()
    {
        File.WriteAllText(At("server.pem"), "no certificate");
        using var server = New(null);
        Assert.False(server.TryStart());
        Assert.Contains("cannot be used", Assert.Single(_log.All), StringComparison.Ordinal);
    }

    HttpServer Serve(string? clientCa)
    {
        var server = New(clientCa);
        Assert.True(server.TryStart());
        return server;
    }

    HttpServer New(string? clientCa) => new(
        new HttpEndpoint("test", "test address", new IPEndPoint(IPAddress.Loopback, 0))
        {
            Tls = new ServerTls(At("server.pem"), null, clientCa),
        },
        new Dictionary<string, Func<HttpRequest, HttpReply>> { ["/"] = _ => HttpReply.Text(200, "fine") }, _log.Limiter);

    /// <summary>Who answered, and whether.</summary>
    static (string? Subject, bool IsAnswered) Ask(HttpServer server, X509Certificate2? client)
    {
        string? subject = null;
        try
        {
            using var stream = new SslStream(new NetworkStream(Connect(server), ownsSocket: true));
            stream.AuthenticateAsClient(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                ClientCertificateContext = client is null ? null : SslStreamCertificateContext.Create(client, null, offline: true),
                RemoteCertificateValidationCallback = (_, certificate, _, _) => (subject = certificate!.Subject) is not null,
            });
            stream.Write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8);
            using var reader = new StreamReader(stream);
            return (subject, reader.ReadToEnd().EndsWith("fine\n", StringComparison.Ordinal));
        }
        catch (Exception error) when (error is AuthenticationException or IOException)
        {
            return (subject, false);
        }
    }

    static Socket Connect(HttpServer server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 60_000 };
        socket.Connect(server.Bound!);
        return socket;
    }

    void WriteServer(string subject)
    {
        using var made = Make(subject, _authority);
        File.WriteAllText(At("server.pem"), $"{made.ExportCertificatePem()}\n{made.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()}\n");
        File.SetLastWriteTimeUtc(At("server.pem"), DateTime.UtcNow.AddSeconds(subject.Length)); // another time, however fast the test is
    }

    static X509Certificate2 Make(string subject, X509Certificate2? by)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(by is null, false, 0, true));
        var (from, to) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(by is null ? 10 : 9));
        if (by is null)
        {
            using var own = request.CreateSelfSigned(from.AddHours(-1), to);
            return X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
        }

        using var made = request.Create(by, from, to, RandomNumberGenerator.GetBytes(8));
        using var whole = made.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    string At(string name) => Path.Combine(_folder, name);
}
