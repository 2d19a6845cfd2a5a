using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;

namespace EdgeAgent.Fleets.Managing;

/// <summary>From messages to what they say, when enough keys of the role signed it.</summary>
static class Signed
{
    /// <summary>A target of the role <c>rollout</c>.</summary>
    public static Parsed<Target> Target(byte[] message, TrustRoot root, out Envelope? envelope)
    {
        var parsed = Envelope.Parse(message, PayloadTypes.Target, SizeLimits.Target);
        envelope = parsed.Value;
        if (!parsed.IsGood) return Parsed<Target>.Bad(parsed.Refusal);
        var check = root.Check(parsed.Value, RoleNames.Rollout);
        return check.IsGood ? EdgeAgent.Fleet.Documents.Target.Parse(parsed.Value.Payload) : Parsed<Target>.Bad(check.Refusal);
    }

    /// <summary>A document of the role <c>config</c>.</summary>
    public static Parsed<ConfigDocument> Document(byte[] message, TrustRoot root, out Envelope? envelope)
    {
        var parsed = Envelope.Parse(message, PayloadTypes.Document, SizeLimits.Document);
        envelope = parsed.Value;
        if (!parsed.IsGood) return Parsed<ConfigDocument>.Bad(parsed.Refusal);
        var check = root.Check(parsed.Value, RoleNames.Config);
        return check.IsGood ? ConfigDocument.Parse(parsed.Value.Payload) : Parsed<ConfigDocument>.Bad(check.Refusal);
    }
}
