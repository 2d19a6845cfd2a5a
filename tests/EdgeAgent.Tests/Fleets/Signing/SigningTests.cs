using System.Security.Cryptography;
using System.Text;
using EdgeAgent.Fleet.Trust;
using EdgeAgent.Fleets.Signing;
using Xunit;

namespace EdgeAgent.Tests.Fleets.Signing;

public sealed class SigningTests : IDisposable
{
    readonly TempDirectory _folder = new();
    readonly byte[] _data = Encoding.UTF8.GetBytes("what is signed\n\0");

    public void Dispose() => _folder.Dispose();

    string Put(string name, byte[] content)
    {
        File.WriteAllBytes(_folder.File(name), content);
        return _folder.File(name);
    }

    [Fact]
    public void A_key_is_read_back_and_never_overwritten()
    {
        using var key = SigningKey.Create();
        var shown = KeyFiles.Write(key, _folder.File("config.pem"), "secret word");
        Assert.Equal(_folder.File("config.pub.pem"), shown);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.File("config.pem")));
        Assert.Equal(key.Public.Id, KeyFiles.ReadPublic(shown).Id);
        using var read = KeyFiles.ReadPrivate(_folder.File("config.pem"), () => "secret word");
        Assert.Equal(key.Public.Id, read.Public.Id);
        Assert.Contains("password", Assert.Throws<IOException>(() => KeyFiles.ReadPrivate(_folder.File("config.pem"),
            () => "other")).Message,
            StringComparison.Ordinal);
        Assert.Throws<IOException>(() => KeyFiles.Write(key, _folder.File("config.pem"), null));
        Assert.Throws<IOException>(() => KeyFiles.ReadPublic(_folder.File("config.pem")));
    }

    [Fact]
    public void A_command_signs_in_whatever_form_it_gives()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = FleetKey.TryParse(ecdsa.ExportSubjectPublicKeyInfo())!;
        for (var i = 0; i < 20; i++) // numbers with a high bit, and short ones
        {
            var raw = ecdsa.SignData(_data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
            var der = ecdsa.SignData(_data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
            Assert.True(key.Verify(_data, SignatureForm.TryNormalise(raw)));
            Assert.True(key.Verify(_data, SignatureForm.TryNormalise(der)));
            Assert.True(key.Verify(_data, SignatureForm.TryNormalise(Encoding.ASCII.GetBytes(Convert.ToBase64String(der) + "\n"))));
        }

        var signature = Put("signature.der", ecdsa.SignData(_data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        Assert.True(key.Verify(_data, Signer.Of($"cat {signature}", key).Sign(_data)));
        Assert.True(key.Verify(_data, Signer.Of($"cp {signature} {{out}}; echo signed", key).Sign(_data)));
        Signer.Of($"cat > {_folder.Path}/input; cp {{data}} {{digest}} {_folder.Path}; cat {signature}", key).Sign(_data);
        Assert.Equal(_data, File.ReadAllBytes(_folder.File("input")));
        Assert.Equal(_data, File.ReadAllBytes(_folder.File("data")));
        Assert.Equal(SHA256.HashData(_data), File.ReadAllBytes(_folder.File("digest")));
    }

    [Fact]
    public void A_command_that_signs_nothing_is_said()
    {
        using var key = SigningKey.Create();
        string Of(string command) => Assert.Throws<IOException>(() => Signer.Of(command, key.Public).Sign(_data)).Message;
        Assert.Contains("gave no signature", Of("true"), StringComparison.Ordinal);
        Assert.Contains("gave no signature", Of("head -c 64 /dev/zero"), StringComparison.Ordinal);
        Assert.Contains("exit code", Of("head -c 100000 /dev/zero"), StringComparison.Ordinal);
        Assert.Contains("exit code 3", Of("exit 3"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("3006020101020101ff")]
    [InlineData("30060201010301ff")]
    [InlineData("3046022200000101010101010101010101010101010101010101010101010101010101010101010101010101010101010101"
        + "010101010101010101010101010102010100")]
    public void What_is_no_signature_has_no_form(string hex) => Assert.Null(SignatureForm.TryNormalise(Convert.FromHexString(hex)));

    [Fact]
    public void Any_bytes_are_taken_or_refused_without_an_exception()
    {
        var random = new Random(6);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(110)];
            random.NextBytes(bytes);
            if (bytes.Length > 4) (bytes[0], bytes[1], bytes[2], bytes[3]) = (0x30, (byte)(bytes.Length - 2), 2, (byte)random.Next(40));
            Assert.True(SignatureForm.TryNormalise(bytes) is null or { Length: 64 });
        }
    }
}
