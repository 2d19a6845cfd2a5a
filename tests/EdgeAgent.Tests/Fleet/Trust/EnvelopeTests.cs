using System.Globalization;
using System.Numerics;
using System.Text;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;
using Xunit;

namespace EdgeAgent.Tests.Fleet.Trust;

public sealed class EnvelopeTests
{
    // secure-systems-lab/dsse protocol.md, "Test vectors": P-256, SHA-256, deterministic k.
    const string VectorX = "46950820868899156662930047687818585632848591499744589407958293238635476079160";
    const string VectorY = "5640078356564379163099075877009565129882514886557779369047442380624545832820";
    const string Vector = """
        {"payload": "aGVsbG8gd29ybGQ=", "payloadType": "http://example.com/HelloWorld", "signatures": [{"sig":
        "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="}]}
        """;

    readonly FleetKit _kit = new();

    [Fact]
    public void The_published_vector_of_DSSE_holds()
    {
        var key = Key(BigInteger.Parse(VectorX, CultureInfo.InvariantCulture).ToByteArray(true, true),
            BigInteger.Parse(VectorY, CultureInfo.InvariantCulture).ToByteArray(true, true));
        var envelope = Envelope.Parse(Encoding.UTF8.GetBytes(Vector), "http://example.com/HelloWorld", 1000).Value!;
        Assert.Equal("DSSEv1 29 http://example.com/HelloWorld 11 hello world", Encoding.UTF8.GetString(envelope.Signed()));
        Assert.True(key.Verify(envelope.Signed(), envelope.Signatures[0].Signature.Span));
        Assert.False(key.Verify(Envelope.Signed("http://example.com/HelloWorlD", "hello world"u8), envelope.Signatures[0].Signature.Span));
    }

    // RFC 6979 A.2.5.
    [Theory]
    [InlineData("sample", "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
        + "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8")]
    [InlineData("test", "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367"
        + "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083")]
    public void The_vectors_of_RFC_6979_hold(string text, string signature)
    {
        var key = Key(Convert.FromHexString("60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"),
            Convert.FromHexString("7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299"));
        Assert.True(key.Verify(Encoding.ASCII.GetBytes(text), Convert.FromHexString(signature)));
        Assert.False(key.Verify(Encoding.ASCII.GetBytes(text + " "), Convert.FromHexString(signature)));
        Assert.False(key.Verify(Encoding.ASCII.GetBytes(text), Convert.FromHexString(signature).AsSpan(1)));
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var message = FleetKit.Sign(PayloadTypes.Target, "{\"é\":1}"u8.ToArray(), _kit.RolloutKey, _kit.ConfigKey);
        var envelope = Envelope.Parse(message, PayloadTypes.Target, SizeLimits.Target).Value!;
        Assert.Equal("{\"é\":1}"u8, envelope.Payload.Span);
        Assert.Equal([_kit.RolloutKey.Public.Id, _kit.ConfigKey.Public.Id], envelope.Signatures.Select(s => s.KeyId));
        Assert.Equal(message, envelope.ToBytes());
    }

    [Theory]
    [InlineData("", "malformed")]
    [InlineData("[]", "malformed")]
    [InlineData("{", "malformed")]
    [InlineData("{}", "malformed")]
    [InlineData("""{"payloadType":"t","payload":"AA==","signatures":[]} x""", "malformed")]
    [InlineData("""{"payloadType":"t","payload":"AA==","payload":"AQ==","signatures":[]}""", "malformed")]
    [InlineData("""{"payloadType":"t","payload":"AA==","signatures":[{"sig":1}]}""", "malformed")]
    [InlineData("""{"payloadType":"t","payload":"\ud800","signatures":[]}""", "malformed")]
    [InlineData("""{"payloadType":"t","payload":"AA==","signatures":[[[[[[[[]]]]]]]]}""", "malformed")]
    [InlineData("""{"payloadType":"u","payload":"AA==","signatures":[]}""", "wrong-type")]
    [InlineData("""{"payloadType":"t","payload":"A","signatures":[]}""", "bad-base64")]
    [InlineData("""{"payloadType":"t","payload":"AA","signatures":[]}""", "bad-base64")]
    [InlineData("""{"payloadType":"t","payload":"AB==","signatures":[]}""", "bad-base64")]
    [InlineData("""{"payloadType":"t","payload":"A A==","signatures":[]}""", "bad-base64")]
    [InlineData("""{"payloadType":"t","payload":"AA==","signatures":[{"sig":"?"}]}""", "bad-base64")]
    [InlineData("""{"payloadType":"t","payload":"-_8=","signatures":[],"more":1}""", "none")]
    public void What_is_no_envelope_is_refused_by_name(string message, string word) =>
        Assert.Equal(word, FleetKit.ResultOf(Envelope.Parse(Encoding.UTF8.GetBytes(message), "t", 1000)));

    [Fact]
    public void A_larger_one_is_not_read()
    {
        var message = new byte[1 << 20];
        Assert.Equal("too-large", FleetKit.ResultOf(Envelope.Parse(message, PayloadTypes.Document, SizeLimits.Document)));
        Assert.Equal("malformed", FleetKit.ResultOf(Envelope.Parse(new byte[] { 0x7b, 0xff, 0x7d }, null, 10)));
    }

    [Fact]
    public void Who_signed_decides()
    {
        Assert.Equal("none", Check(RoleNames.Config, _kit.ConfigKey));
        Assert.Equal("wrong-role", Check(RoleNames.Config, _kit.RolloutKey));
        Assert.Equal("unknown-key", Check(RoleNames.Config, SigningKey.Create()));
        Assert.Equal("too-few-signatures", Check(RoleNames.Config));
        Assert.Equal("wrong-role", Check("learn", _kit.ConfigKey));
    }

    [Fact]
    public void A_key_counts_once()
    {
        using var second = SigningKey.Create();
        var root = new TrustRoot
        {
            Version = 1,
            Issued = FleetKit.Noon,
            Roles = new Dictionary<string, TrustRole>
            {
                [RoleNames.Root] = new(1, [_kit.RootKey.Public]),
                [RoleNames.Config] = new(2, [_kit.ConfigKey.Public, second.Public, _kit.RolloutKey.Public]),
            },
        };
        var payload = "{}"u8.ToArray();
        var once = new Envelope(PayloadTypes.Document, payload, []).With(_kit.ConfigKey);
        var again = new Envelope(PayloadTypes.Document, payload, [.. once.Signatures, .. once.With(_kit.ConfigKey).Signatures]);
        Assert.Equal(2, again.Signatures.Count);
        Assert.Equal("too-few-signatures", root.Check(once, RoleNames.Config).Refusal.Word);
        Assert.Equal("key-twice", root.Check(again, RoleNames.Config).Refusal.Word);
        Assert.Equal([_kit.ConfigKey.Public.Id, second.Public.Id], root.Check(once.With(second), RoleNames.Config).Signers);
        var forged = again.With(new EnvelopeSignature(second.Public.Id, new byte[64]));
        Assert.Equal("bad-signature", root.Check(forged, RoleNames.Config).Refusal.Word);
    }

    string Check(string role, params SigningKey[] keys) =>
        _kit.Root.Check(Envelope.Parse(FleetKit.Sign("t", [1, 2], keys), "t", 1000).Value!, role).Refusal.Word;

    static FleetKey Key(byte[] x, byte[] y)
    {
        using var key = System.Security.Cryptography.ECDsa.Create(new System.Security.Cryptography.ECParameters
        {
            Curve = System.Security.Cryptography.ECCurve.NamedCurves.nistP256,
            Q = new() { X = [.. new byte[32 - x.Length], .. x], Y = [.. new byte[32 - y.Length], .. y] },
        });
        return FleetKey.TryParse(key.ExportSubjectPublicKeyInfo())!;
    }
}
