using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Rollback;
using EdgeAgent.Fleet.Trust;

namespace EdgeAgent.Fleet.Gateway;

/// <summary>Who a gateway is and by what it judges messages: size, signatures of the role, address, what was seen before, expiry; in this
/// order. Immutable.</summary>
public sealed record Acceptance
{
    /// <summary>The gateway.</summary>
    public required string Id { get; init; }

    /// <summary>Its groups, without <c>all</c>.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Version of the agent.</summary>
    public required string Agent { get; init; }

    /// <summary>The root it trusts.</summary>
    public required TrustRoot Root { get; init; }

    /// <summary>What it remembers.</summary>
    public required AntiRollback Memory { get; init; }

    /// <summary>The time.</summary>
    public required ClockReading Clock { get; init; }

    /// <summary>A target of one scope, and the memory after it.</summary>
    /// <param name="message">As it came.</param>
    /// <param name="scope">The scope of its topic.</param>
    /// <param name="after">The memory with it; the one before when it is refused.</param>
    public Parsed<Target> Target(ReadOnlyMemory<byte> message, string scope, out AntiRollback after)
    {
        after = Memory;
        var read = Opened(message, PayloadTypes.Target, SizeLimits.Target, RoleNames.Rollout, Documents.Target.Parse, out var digest);
        if (!read.IsGood) return read;
        var target = read.Value;
        if (target.Scope != scope)
            return Parsed<Target>.Bad(RefusalReason.WrongAddress, $"a target of {target.Scope} on the topic of {scope}.");
        if (Memory.Check(target, digest) is { IsNone: false } old) return Parsed<Target>.Bad(old);
        if (Clock.HasPassed(target.Expires))
            return Parsed<Target>.Bad(RefusalReason.Expired, $"sequence {target.Sequence} of {scope} has expired.");
        after = Memory.With(target, digest);
        return read;
    }

    /// <summary>A document, which has to have <paramref name="digest"/> unless that is null.</summary>
    public Parsed<ConfigDocument> Document(ReadOnlyMemory<byte> message, string? digest, out string seen)
    {
        var read = Opened(message, PayloadTypes.Document, SizeLimits.Document, RoleNames.Config, ConfigDocument.Parse, out seen);
        if (!read.IsGood) return read;
        var document = read.Value;
        if (digest is not null && seen != digest)
            return Parsed<ConfigDocument>.Bad(RefusalReason.WrongDigest, $"{seen}; asked for was {digest}.");
        if (!document.IsFor(Groups))
            return Parsed<ConfigDocument>.Bad(RefusalReason.NotForThisGroup,
                $"for {string.Join(", ", document.Groups)}; this gateway is in {string.Join(", ", Groups.Append(FleetTopics.All))}.");
        if (!document.IsFor(Agent))
            return Parsed<ConfigDocument>.Bad(RefusalReason.NeedsNewerAgent,
                $"it wants agent {document.LeastAgent} or later; this is {Agent}.");
        if (Memory.Check(document, seen, Root) is { IsNone: false } old) return Parsed<ConfigDocument>.Bad(old);
        return Clock.HasPassed(document.Expires)
            ? Parsed<ConfigDocument>.Bad(RefusalReason.Expired, $"{document.Name} {document.Version} has expired.") : read;
    }

    /// <summary>Values of this gateway, and the memory after them.</summary>
    public Parsed<Vars> Vars(ReadOnlyMemory<byte> message, out AntiRollback after)
    {
        after = Memory;
        var read = Opened(message, PayloadTypes.Vars, SizeLimits.Vars, RoleNames.Config, Documents.Vars.Parse, out var digest);
        if (!read.IsGood) return read;
        if (read.Value.Id != Id) return Parsed<Vars>.Bad(RefusalReason.WrongAddress, $"values of {read.Value.Id}; this is {Id}.");
        if (Memory.Check(read.Value, digest) is { IsNone: false } old) return Parsed<Vars>.Bad(old);
        after = Memory.With(read.Value, digest);
        return read;
    }

    Parsed<T> Opened<T>(ReadOnlyMemory<byte> message, string type, int maxBytes, string role,
        Func<ReadOnlyMemory<byte>, Parsed<T>> parse, out string digest) where T : class
    {
        digest = "";
        var envelope = Envelope.Parse(message, type, maxBytes);
        if (!envelope.IsGood) return Parsed<T>.Bad(envelope.Refusal);
        if (Clock.HasPassed(Root.Expires))
            return Parsed<T>.Bad(RefusalReason.Expired, $"root {Root.Version} has expired; a newer one is needed.");
        var check = Root.Check(envelope.Value, role);
        if (!check.IsGood) return Parsed<T>.Bad(check.Refusal);
        digest = envelope.Value.PayloadDigest;
        return parse(envelope.Value.Payload);
    }
}
