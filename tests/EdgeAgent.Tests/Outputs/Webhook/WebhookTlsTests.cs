using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;
using EdgeAgent.Outputs;
using EdgeAgent.Outputs.Webhook;
using EdgeAgent.Storage;
using Xunit;

namespace EdgeAgent.Tests.Outputs.Webhook;

/// <summary>TLS is always verified: authority and name.</summary>
public sealed class WebhookTlsTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("edge-agent-webhook-").FullName;
    readonly OutputHealth _health = new(new SystemClock());
    readonly X509Certificate2 _server;

    public WebhookTlsTests()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        _server = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        File.WriteAllText(CaFile, _server.ExportCertificatePem());
    }

    string CaFile => Path.Combine(_folder, "ca.pem");

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    SendReport Send(int port, TlsSettings tls)
    {
        var buffer = new LaneBuffer();
        for (var i = 0; i < 3; i++)
            buffer.Append(RecordKind.Alert, 0, "", null, "id" + i, Encoding.UTF8.GetBytes($"\"{new string('x', i * 30_000)}\""));
        using var output = new WebhookOutput(new WebhookOutputSettings
        {
            Name = "hook", Host = "localhost", Port = port, Target = new Secret("/"), Tls = tls, Timeout = TimeSpan.FromSeconds(20)
        }, "gw", _health);
        return output.Send([new Segment(new Lane("hook", 1), 1, 3, 0, buffer.Bytes.ToArray())], CancellationToken.None);
    }

    [Fact]
    public void A_trusted_server_of_the_right_name_gets_the_records()
    {
        var sizes = new List<int>();
        using var server = new ScriptedServer(_server, c =>
        {
            for (var i = 0; i < 3; i++)
            {
                var request = c.Request();
                sizes.Add(request.Length - request.IndexOf("\r\n\r\n", StringComparison.Ordinal) - 4);
                foreach (var piece in (string[])["HTTP/1.1 200 OK\r\nConte", "nt-Length: 2\r\n", "\r\nok"]) c.Send(piece);
            }

            c.ExpectEnd();
        });
        Assert.Equal(1, Send(server.Port, new TlsSettings { CaFile = CaFile }).Delivered);
        Assert.Equal([2, 30_002, 60_002], sizes);
    }

    [Fact]
    public void An_unknown_authority_and_another_name_are_refused_before_a_byte_of_a_record()
    {
        using (var server = new ScriptedServer(_server, c => c.ExpectEnd()))
            Assert.Contains("is not signed by an authority trusted here", Send(server.Port, new TlsSettings()).Failure);
        using (var server = new ScriptedServer(_server, c => c.ExpectEnd()))
            Assert.Contains("is not for the name other.example but for localhost",
                Send(server.Port, new TlsSettings { CaFile = CaFile, ServerName = "other.example" }).Failure);
    }
}
