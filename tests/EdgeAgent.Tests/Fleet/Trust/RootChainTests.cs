using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;
using Xunit;

namespace EdgeAgent.Tests.Fleet.Trust;

public sealed class RootChainTests
{
    readonly FleetKit _kit = new();

    [Fact]
    public void The_first_root_is_the_pinned_one()
    {
        var message = _kit.Signed(_kit.Root, _kit.RootKey);
        var print = Digest.Fingerprint(_kit.Root.ToPayload());
        Assert.Equal("none", FleetKit.ResultOf(RootChain.First(message, RootPin.TryParse(print))));
        Assert.Equal("none", FleetKit.ResultOf(RootChain.First(message, null)));
        Assert.Equal("not-pinned", FleetKit.ResultOf(RootChain.First(message, RootPin.TryParse("sha256:" + new string('0', 64)))));
        Assert.Equal("not-pinned", FleetKit.ResultOf(RootChain.First(message, RootPin.TryParse(print + "@2"))));
        Assert.Equal("too-few-signatures", FleetKit.ResultOf(RootChain.First(_kit.Signed(_kit.Root), RootPin.TryParse(print))));
        Assert.Equal("wrong-role", FleetKit.ResultOf(RootChain.First(_kit.Signed(_kit.Root, _kit.ConfigKey), null)));
        Assert.Equal("wrong-type", FleetKit.ResultOf(RootChain.First(_kit.Signed(FleetKit.Document()), null)));
        Assert.Equal("too-large", FleetKit.ResultOf(RootChain.First(new byte[SizeLimits.Root + 1], null)));
    }

    [Theory]
    [InlineData("sha256:00")]
    [InlineData("md5:00000000000000000000000000000000000000000000000000000000000000aa")]
    [InlineData("sha256:AA000000000000000000000000000000000000000000000000000000000000aa")]
    [InlineData("sha256:00000000000000000000000000000000000000000000000000000000000000aa@0")]
    [InlineData("sha256:00000000000000000000000000000000000000000000000000000000000000aa@x")]
    public void A_fingerprint_has_one_form(string text) => Assert.Null(RootPin.TryParse(text));

    [Fact]
    public void A_chain_missed_while_away_is_walked_step_by_step()
    {
        var keys = Enumerable.Range(1, 5).Select(_ => SigningKey.Create()).ToList();
        TrustRoot Of(int version) => new()
        {
            Version = version,
            Issued = FleetKit.Noon,
            Expires = FleetKit.Noon, // of the last one only it matters, and not here
            Roles = new Dictionary<string, TrustRole>
            {
                [RoleNames.Root] = new(1, [keys[version - 1].Public]),
                [RoleNames.Config] = new(1, [_kit.ConfigKey.Public]),
            },
        };
        var root = RootChain.First(_kit.Signed(Of(1), keys[0]), null).Value!;
        for (var version = 2; version <= 5; version++)
        {
            var (before, now) = (keys[version - 2], keys[version - 1]);
            Assert.NotEqual("none", FleetKit.ResultOf(RootChain.Next(root, _kit.Signed(Of(version), before))));
            Assert.NotEqual("none", FleetKit.ResultOf(RootChain.Next(root, _kit.Signed(Of(version), now))));
            if (version < 5) Assert.Equal("wrong-root-version", FleetKit.ResultOf(RootChain.Next(root, _kit.Signed(Of(version + 1),
                before, now))));
            root = RootChain.Next(root, _kit.Signed(Of(version), now, before)).Value!;
        }

        Assert.Equal(5, root.Version);
        Assert.Equal("wrong-root-version", FleetKit.ResultOf(RootChain.Next(root, _kit.Signed(Of(5), keys[4]))));
    }

    [Fact]
    public void A_root_is_read_back()
    {
        var root = new TrustRoot
        {
            Version = 7,
            Issued = FleetKit.Noon,
            Expires = FleetKit.Noon.AddYears(1),
            Roles = _kit.Root.Roles,
            MinVersion = new Dictionary<string, long> { ["press-line"] = 41 },
            Sequences = new Dictionary<string, long> { ["press"] = 1016 },
        };
        var read = TrustRoot.Parse(root.ToPayload()).Value!;
        Assert.Equal(root.ToPayload(), read.ToPayload());
        Assert.Equal((root.Expires, 41, 1016), (read.Expires, read.MinVersion["press-line"], read.Sequences["press"]));
    }

    [Theory]
    [InlineData("\"ES256\"", "\"Ed25519\"", "unknown-algorithm")]
    [InlineData("\"v\":1", "\"v\":2", "unknown-version")]
    [InlineData("\"threshold\":1", "\"threshold\":2", "malformed")]
    [InlineData("\"config\"", "\"conf\"", "malformed")]
    [InlineData("\"version\":1", "\"version\":0", "malformed")]
    [InlineData("\"spki\":\"MFkw", "\"spki\":\"MFkx", "bad-key")]
    [InlineData("\"id\":\"", "\"id\":\"0000000000000000\",\"x\":\"", "bad-key")]
    [InlineData("2026-11-27T12:00:00Z", "2026-11-27 12:00", "malformed")]
    public void A_root_out_of_form_is_refused_by_name(string seen, string other, string word)
    {
        var payload = System.Text.Encoding.UTF8.GetString(_kit.Root.ToPayload());
        Assert.Contains(seen, payload, StringComparison.Ordinal);
        var changed = System.Text.Encoding.UTF8.GetBytes(payload.Replace(seen, other, StringComparison.Ordinal));
        Assert.Equal(word, FleetKit.ResultOf(TrustRoot.Parse(changed)));
    }

    [Fact]
    public void A_key_is_read_from_its_PEM()
    {
        using var key = SigningKey.Create();
        using var open = SigningKey.TryRead(key.ToPem(), null, out _);
        using var shut = SigningKey.TryRead(key.ToPem("secret word"), "secret word", out _);
        Assert.Equal([key.Public.Id, key.Public.Id], [open!.Public.Id, shut!.Public.Id]);
        Assert.True(SigningKey.IsEncrypted(key.ToPem("secret word")));
        Assert.Null(SigningKey.TryRead(key.ToPem("secret word"), "another", out var failure));
        Assert.Contains("password", failure, StringComparison.Ordinal);
        Assert.Null(SigningKey.TryRead("no key", null, out _));
        using var other = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP384);
        Assert.Null(SigningKey.TryRead(other.ExportPkcs8PrivateKeyPem(), null, out failure));
        Assert.Contains("P-256", failure, StringComparison.Ordinal);
        Assert.Null(SigningKey.TryRead(other.ExportSubjectPublicKeyInfoPem(), null, out _));
    }
}
