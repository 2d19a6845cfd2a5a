using EdgeAgent.Fleet.Messages;

namespace EdgeAgent.Fleet.Documents;

/// <summary>Which document a group, or one gateway, runs, and which one it tries: the payload of a target.</summary>
/// <remarks>
/// <c>{"v": 1, "group" or "gateway", "seq", "issued", "expires", "stable": {"doc", "version"}, "candidate": {"doc", "version", "rollout",
/// "state": "run|pause|abort",
/// "admit", "canary", "not_before", "window", "spread", "retry", "no_alert"}, "gate": {..}}</c>. Immutable.
/// </remarks>
public sealed record Target
{
    /// <summary>The group it is for; null for one gateway.</summary>
    public string? Group { get; init; }

    /// <summary>The gateway it is for; null for a group.</summary>
    public string? Gateway { get; init; }

    /// <summary>Sequence number: only a higher one follows.</summary>
    public required long Sequence { get; init; }

    /// <summary>When it was signed.</summary>
    public required DateTimeOffset Issued { get; init; }

    /// <summary>From when on it is not taken up; null for never.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>What runs where the candidate does not; null while a group has only a candidate.</summary>
    public DocumentRef? Stable { get; init; }

    /// <summary>What is rolled out; null for nothing.</summary>
    public Candidate? Candidate { get; init; }

    /// <summary>What it says of trials; the document's own goes before.</summary>
    public TrialGates Gates { get; init; } = TrialGates.Nothing;

    /// <summary>Whose sequence it counts in: the group's name, or <c>@</c> and the gateway's id.</summary>
    public string Scope => Gateway is { } id ? ScopeOf(id) : Group ?? "";

    /// <summary>The scope of a gateway's own target. No group's name has an <c>@</c>.</summary>
    public static string ScopeOf(string gateway) => "@" + gateway;

    /// <summary>Reads a target; verifies nothing.</summary>
    public static Parsed<Target> Parse(ReadOnlyMemory<byte> payload) => JsonFields.Read(payload, SizeLimits.Target, fields =>
    {
        fields.Form(1);
        var target = new Target
        {
            Group = fields.IdOrNull("group"),
            Gateway = fields.IdOrNull("gateway"),
            Sequence = fields.Integer("seq", 1, long.MaxValue),
            Issued = fields.Time("issued"),
            Expires = fields.TimeOrNull("expires"),
            Stable = fields.ObjectOrNull("stable") is { } stable
                ? new(stable.Hex("doc", Digest.Length), stable.Integer("version", 1, long.MaxValue)) : null,
            Candidate = fields.ObjectOrNull("candidate") is { } candidate ? Candidate.Read(candidate) : null,
            Gates = TrialGates.Read(fields.ObjectOrNull("gate")),
        };
        if (target.Group is null == target.Gateway is null) fields.Fail(0, "", "one of `group` and `gateway` is expected");
        return target.Stable is null && target.Candidate is null ? fields.Fail(target, "stable", "missing, as is `candidate`") : target;
    });

    /// <summary>The payload as it is signed.</summary>
    public byte[] ToPayload() => JsonText.Object(json =>
    {
        json.WriteNumber("v", 1);
        if (Group is { } group) json.WriteString("group", group);
        if (Gateway is { } gateway) json.WriteString("gateway", gateway);
        json.WriteNumber("seq", Sequence);
        json.WriteString("issued", JsonText.Time(Issued));
        if (Expires is { } expires) json.WriteString("expires", JsonText.Time(expires));
        if (Stable is { } stable)
        {
            json.WriteStartObject("stable");
            json.WriteString("doc", stable.Digest);
            json.WriteNumber("version", stable.Version);
            json.WriteEndObject();
        }

        Candidate?.Write(json);
        if (!Gates.IsNothing) Gates.Write(json, "gate");
    });

    /// <summary>What a gateway shall run by this target.</summary>
    /// <param name="id">The gateway.</param>
    /// <param name="running">The digest it runs or tries now; null for none.</param>
    /// <returns>The candidate when it is admitted and the rollout runs, or it runs it and the rollout pauses; else stable; null when
    /// there is no stable one: what runs goes on.</returns>
    public Wanted? For(string id, string? running)
    {
        if (Candidate is { } candidate)
        {
            var admitted = candidate.Admits(id);
            var has = running == candidate.Document.Digest;
            if (candidate.State == CandidateState.Run && admitted || candidate.State == CandidateState.Pause && has)
                return new(candidate.Document, candidate);
        }

        return Stable is { } stable ? new(stable, null) : null;
    }
}
