using EdgeAgent.Fleet.Messages;

namespace EdgeAgent.Fleet.Trust;

/// <summary>Which keys have which role: the payload of a root.</summary>
/// <remarks>
/// <c>{"v": 1, "version": n, "issued", "expires", "roles": {name: {"threshold", "keys": [{"id", "alg", "spki"}]}}, "min_version":
/// {document: n},
/// "seq": {group: n}}</c>. At most 8 roles of 16 keys; <c>root</c> and <c>config</c> are required, <c>rollout</c> only where targets come
/// from afar.
/// <see cref="RootChain"/> says which root is trusted. Immutable.
/// </remarks>
public sealed class TrustRoot
{
    const int MaxRoles = 8;
    const int MaxKeys = 16;
    const int MaxNames = 256;

    /// <summary>From 1, one more each time.</summary>
    public required long Version { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Issued { get; init; }

    /// <summary>From when on nothing new is taken by it; null for never.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Roles by name.</summary>
    public required IReadOnlyDictionary<string, TrustRole> Roles { get; init; }

    /// <summary>Lowest version of a document that may still be taken up, by its name.</summary>
    public IReadOnlyDictionary<string, long> MinVersion { get; init; } = new Dictionary<string, long>();

    /// <summary>What the highest sequence number of a scope (<c>Documents.Target.Scope</c>) becomes when this root is taken: the way back
    /// after a stolen key raised it.</summary>
    public IReadOnlyDictionary<string, long> Sequences { get; init; } = new Dictionary<string, long>();

    /// <summary>Reads a root; verifies nothing.</summary>
    public static Parsed<TrustRoot> Parse(ReadOnlyMemory<byte> payload) => JsonFields.Read(payload, SizeLimits.Root, fields =>
    {
        fields.Form(1);
        var roles = new Dictionary<string, TrustRole>(StringComparer.Ordinal);
        if (fields.ObjectOrNull("roles") is { } named)
            foreach (var name in named.Names(MaxRoles))
                if (named.ObjectOrNull(name) is { } role) roles[name] = Role(role);
        foreach (var name in (ReadOnlySpan<string>)[RoleNames.Root, RoleNames.Config])
            if (!roles.ContainsKey(name)) fields.Fail(0, "roles", $"the role `{name}` is missing");
        return new TrustRoot
        {
            Version = fields.Integer("version", 1, int.MaxValue),
            Issued = fields.Time("issued"),
            Expires = fields.TimeOrNull("expires"),
            Roles = roles,
            MinVersion = Numbers(fields, "min_version"),
            Sequences = Numbers(fields, "seq"),
        };
    });

    static TrustRole Role(JsonFields fields)
    {
        var keys = new List<FleetKey>();
        foreach (var item in fields.Objects("keys", MaxKeys))
            if (FleetKey.Read(item) is not { } key) break;
            else if (keys.Any(k => k.Id == key.Id)) item.Refuse(RefusalReason.BadKey, $"key {key.Id} stands twice in one role.");
            else keys.Add(key);
        return new((int)fields.Integer("threshold", 1, Math.Max(1, keys.Count)), keys.Count > 0 ? keys : fields.Fail(keys, "keys", "none"));
    }

    static Dictionary<string, long> Numbers(JsonFields fields, string name)
    {
        var numbers = new Dictionary<string, long>(StringComparer.Ordinal);
        if (fields.ObjectOrNull(name) is { } all)
            foreach (var key in all.Names(MaxNames, areScopes: name == "seq")) numbers[key] = all.Integer(key, 0, long.MaxValue);
        return numbers;
    }

    /// <summary>The payload as it is signed.</summary>
    public byte[] ToPayload() => JsonText.Object(json =>
    {
        json.WriteNumber("v", 1);
        json.WriteNumber("version", Version);
        json.WriteString("issued", JsonText.Time(Issued));
        if (Expires is { } expires) json.WriteString("expires", JsonText.Time(expires));
        json.WriteStartObject("roles");
        foreach (var (name, role) in Roles)
        {
            json.WriteStartObject(name);
            json.WriteNumber("threshold", role.Threshold);
            json.WriteStartArray("keys");
            foreach (var key in role.Keys)
            {
                json.WriteStartObject();
                json.WriteString("id", key.Id);
                json.WriteString("alg", FleetKey.Algorithm);
                json.WriteBase64String("spki", key.Spki.Span);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        foreach (var (name, numbers) in (ReadOnlySpan<(string, IReadOnlyDictionary<string, long>)>)[("min_version", MinVersion), ("seq",
            Sequences)])
        {
            if (numbers.Count == 0) continue;
            json.WriteStartObject(name);
            foreach (var (key, number) in numbers) json.WriteNumber(key, number);
            json.WriteEndObject();
        }
    });

    /// <summary>Whether enough keys of <paramref name="role"/> signed an envelope.</summary>
    /// <remarks>Each key is asked once, by the first signature that names it, so that the cost is bounded by the role and a key counts
    /// once.</remarks>
    public SignatureCheck Check(Envelope envelope, string role)
    {
        if (!Roles.TryGetValue(role, out var wanted))
            return new(new(RefusalReason.WrongRole, $"root {Version} has no role `{role}`."), []);
        var signed = envelope.Signed();
        var (asked, good) = (new HashSet<string>(), new List<string>());
        var (bad, twice, foreign) = (false, false, false);
        foreach (var signature in envelope.Signatures)
        {
            if (wanted.Keys.FirstOrDefault(k => k.Id == signature.KeyId) is not { } key)
                foreign |= Roles.Values.Any(r => r.Keys.Any(k => k.Id == signature.KeyId));
            else if (!asked.Add(key.Id)) twice = true;
            else if (key.Verify(signed, signature.Signature.Span)) good.Add(key.Id);
            else bad = true;
        }

        if (good.Count >= wanted.Threshold) return new(Refusal.None, good);
        var reason = bad ? RefusalReason.BadSignature
            : twice ? RefusalReason.KeyTwice
            : good.Count > 0 ? RefusalReason.TooFewSignatures
            : foreign ? RefusalReason.WrongRole
            : envelope.Signatures.Count > 0 ? RefusalReason.UnknownKey : RefusalReason.TooFewSignatures;
        return new(new(reason, $"{good.Count} good signatures of the role `{role}` in root {Version}; {wanted.Threshold} needed."), good);
    }
}
