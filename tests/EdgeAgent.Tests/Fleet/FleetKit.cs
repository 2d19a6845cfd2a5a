using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;

namespace EdgeAgent.Tests.Fleet;

/// <summary>A fleet on paper: keys of each role, a first root, and signed messages.</summary>
sealed class FleetKit
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    public SigningKey RootKey { get; } = SigningKey.Create();

    public SigningKey ConfigKey { get; } = SigningKey.Create();

    public SigningKey RolloutKey { get; } = SigningKey.Create();

    public TrustRoot Root => RootOf(1);

    public TrustRoot RootOf(long version, DateTimeOffset? expires = null) => new()
    {
        Version = version,
        Issued = Noon,
        Expires = expires,
        Roles = new Dictionary<string, TrustRole>
        {
            [RoleNames.Root] = new(1, [RootKey.Public]),
            [RoleNames.Config] = new(1, [ConfigKey.Public]),
            [RoleNames.Rollout] = new(1, [RolloutKey.Public]),
        },
    };

    public byte[] Signed(TrustRoot root, params SigningKey[] keys) => Sign(PayloadTypes.Root, root.ToPayload(), keys);

    public byte[] Signed(ConfigDocument document) => Sign(PayloadTypes.Document, document.ToPayload(), ConfigKey);

    public byte[] Signed(Target target) => Sign(PayloadTypes.Target, target.ToPayload(), RolloutKey);

    public static byte[] Sign(string type, byte[] payload, params SigningKey[] keys)
    {
        var envelope = new Envelope(type, payload, []);
        foreach (var key in keys) envelope = envelope.With(key);
        return envelope.ToBytes();
    }

    public static ConfigDocument Document(long version = 1, string config = "sources: {}\n") => new()
    {
        Name = "press-line",
        Version = version,
        Issued = Noon,
        Groups = ["press"],
        Config = config,
    };

    public static Target Target(long sequence, ConfigDocument stable, Candidate? candidate = null) => new()
    {
        Group = "press",
        Sequence = sequence,
        Issued = Noon,
        Stable = new(Digest.Of(stable.ToPayload()), stable.Version),
        Candidate = candidate,
    };

    public static string ResultOf<T>(Parsed<T> parsed) where T : class => parsed.Refusal.Word;
}
