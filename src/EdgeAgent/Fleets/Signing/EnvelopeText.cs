using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;

namespace EdgeAgent.Fleets.Signing;

/// <summary>Says what a signed file is and who signed it, for <c>fleet verify</c>.</summary>
static class EnvelopeText
{
    /// <summary>The lines, and why it is not to be taken; without a root only its form is looked at.</summary>
    public static (IReadOnlyList<string> Lines, Refusal Refusal) Of(Envelope envelope, TrustRoot? root)
    {
        var (lines, refusal, role) = envelope.Type switch
        {
            PayloadTypes.Root => OfRoot(envelope, root),
            PayloadTypes.Document => Lines(ConfigDocument.Parse(envelope.Payload), RoleNames.Config, document =>
            [
                $"document {document.Name} {document.Version}, digest {envelope.PayloadDigest}",
                $"issued {JsonText.Time(document.Issued)}{Until(document.Expires)}, for {string.Join(", ", document.Groups)}",
                $"{document.Config.Length} characters of configuration, {document.Vars.Count} values, {document.Files.Count} files"
                    + (document.LeastAgent is { } least ? $", agent {least} or later" : ""),
            ]),
            PayloadTypes.Target => Lines(Target.Parse(envelope.Payload), RoleNames.Rollout, target =>
            [
                $"target of {(target.Gateway is { } id ? $"gateway {id}" : $"group {target.Group}")}, sequence {target.Sequence}",
                $"issued {JsonText.Time(target.Issued)}{Until(target.Expires)}; stable {Ref(target.Stable)}, candidate "
                    + $"{Ref(target.Candidate?.Document)}",
            ]),
            PayloadTypes.Vars => Lines(Vars.Parse(envelope.Payload), RoleNames.Config, vars =>
            [
                $"values {vars.Version} of gateway {vars.Id}",
                .. vars.Values.Select(value => $"  {value.Key}: {value.Value}"),
            ]),
            _ => ((IReadOnlyList<string>)[$"payload of type {envelope.Type}, {envelope.Payload.Length} bytes"], Refusal.None, ""),
        };
        IReadOnlyList<string> good = [];
        if (root is not null && role.Length > 0)
        {
            var check = root.Check(envelope, role);
            good = check.Signers;
            if (refusal.IsNone) refusal = check.Refusal;
        }

        return ([.. lines, .. envelope.Signatures.Select(
            signature => $"  signature of key {signature.KeyId}{Word(signature.KeyId)}")], refusal);

        string Word(string id) => root is null ? ", not verified (--root)" : role.Length == 0 ? ""
            : good.Contains(id) ? $": good, role {role}" : ": does not count";
    }

    static (IReadOnlyList<string>, Refusal, string) Lines<T>(Parsed<T> parsed, string role, Func<T,
        IReadOnlyList<string>> lines) where T : class =>
        parsed.IsGood ? (lines(parsed.Value), Refusal.None, role) : ([], parsed.Refusal, role);

    static (IReadOnlyList<string>, Refusal, string) OfRoot(Envelope envelope, TrustRoot? root)
    {
        var parsed = TrustRoot.Parse(envelope.Payload);
        if (!parsed.IsGood) return ([], parsed.Refusal, RoleNames.Root);
        var bytes = envelope.ToBytes();
        // Against itself, or against the one before it.
        var refusal = root is null || root.Version == parsed.Value.Version ? RootChain.First(bytes, null).Refusal
            : RootChain.Next(root, bytes).Refusal;
        return (Describe(parsed.Value, envelope.Payload.Span), refusal, root is null ? "" : RoleNames.Root);
    }

    /// <summary>A root, in lines.</summary>
    public static IReadOnlyList<string> Describe(TrustRoot root, ReadOnlySpan<byte> payload) =>
    [
        $"root {root.Version}, fingerprint {Digest.Fingerprint(payload)}{(root.Version == 1 ? "" : $"@{root.Version}")}",
        $"issued {JsonText.Time(root.Issued)}{Until(root.Expires)}",
        .. root.Roles.Select(role => $"  {role.Key}: {role.Value.Threshold} of "
            + $"{string.Join(", ", role.Value.Keys.Select(key => key.Id))}"),
        .. root.MinVersion.Select(least => $"  {least.Key}: nothing below version {least.Value}"),
        .. root.Sequences.Select(sequence => $"  {sequence.Key}: sequence set to {sequence.Value}"),
    ];

    static string Until(DateTimeOffset? expires) => expires is { } end ? $", until {JsonText.Time(end)}" : "";

    static string Ref(DocumentRef? document) => document is null ? "none" : $"{document.Digest} (version {document.Version})";
}
