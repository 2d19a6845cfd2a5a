using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;
using EdgeAgent.Outputs.Kafka;
using Xunit;

namespace EdgeAgent.Tests.Outputs.Kafka;

/// <summary>What can be wrong with the files of <c>tls</c>, said before OpenSSL says it.</summary>
public sealed class KafkaFilesTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("edge-agent-tls-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Each_fault_is_one_sentence_that_names_the_key_of_the_configuration()
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signed = new CertificateRequest("CN=gw", own, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow,
            DateTimeOffset.UtcNow.AddDays(1));
        var cert = Write("cert.pem", signed.ExportCertificatePem());
        var key = Write("key.pem", own.ExportPkcs8PrivateKeyPem());
        var foreign = Write("foreign.pem", other.ExportPkcs8PrivateKeyPem());
        var cipher = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);
        var locked = Write("locked.pem", own.ExportEncryptedPkcs8PrivateKeyPem("word", cipher));
        var missing = Path.Combine(_folder, "missing.pem");

        Assert.Null(WhyNot(new()));
        Assert.Null(WhyNot(new() { CaFile = cert, CertFile = cert, KeyFile = key }));
        Assert.Null(WhyNot(new() { CertFile = cert, KeyFile = locked, KeyPassword = new Secret("word") }));
        Assert.Contains($"tls.ca_file {missing} is not there", WhyNot(new() { CaFile = missing }));
        Assert.Contains("tls.ca_file", WhyNot(new() { CaFile = key }));
        Assert.Contains("holds no certificate", WhyNot(new() { CaFile = key }));
        Assert.Contains($"tls.key_file {missing} is not there", WhyNot(new() { CertFile = cert, KeyFile = missing }));
        Assert.Contains("holds no private key", WhyNot(new() { CertFile = cert }));
        Assert.Contains("does not belong to the certificate", WhyNot(new() { CertFile = cert, KeyFile = foreign }));
        Assert.Contains("is encrypted. Set tls.key_password", WhyNot(new() { CertFile = cert, KeyFile = locked }));
        Assert.Contains("cannot be read with tls.key_password",
            WhyNot(new() { CertFile = cert, KeyFile = locked, KeyPassword = new Secret("another") }));
    }

    static string? WhyNot(TlsSettings tls) =>
        KafkaFiles.WhyNot(new KafkaOutputSettings { Name = "out", Brokers = ["k:1"], Topic = "t", Tls = tls });

    string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
