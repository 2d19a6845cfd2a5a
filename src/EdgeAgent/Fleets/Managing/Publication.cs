using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;

namespace EdgeAgent.Fleets.Managing;

/// <summary>Where a signed file goes, when gateways would take it.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="What">For people.</param>
/// <param name="Message">The bytes.</param>
sealed record Publication(string Topic, string What, byte[] Message)
{
    /// <summary>Finds it.</summary>
    /// <exception cref="FleetException">Gateways would refuse it; the message says why.</exception>
    public static Publication Of(string file, byte[] message, FleetView view, DateTimeOffset now)
    {
        var envelope = Envelope.Parse(message, null, SizeLimits.Document);
        if (!envelope.IsGood) throw Refused(file, envelope.Refusal);
        var (topics, root) = (view.Topics, view.Root);
        switch (envelope.Value.Type)
        {
            case PayloadTypes.Document:
                var document = Good(file, Signed.Document(message, root, out _));
                Timely(file, $"{document.Name} {document.Version}", document.Expires, now);
                return new(topics.Document(envelope.Value.PayloadDigest), $"document {document.Name} {document.Version}", message);
            case PayloadTypes.Target:
                var target = Good(file, Signed.Target(message, root, out _));
                Timely(file, $"target {target.Sequence}", target.Expires, now);
                if (target.Sequence < view.NextSequence(target.Scope) - 1)
                    throw Refused(file, new(RefusalReason.OldSequence,
                        $"target {target.Sequence} of {target.Scope}; {view.NextSequence(target.Scope) - 1} was published before."));
                return new(target.Gateway is { } id ? topics.GatewayTarget(id) : topics.Target(target.Group!), $"target {target.Sequence}",
                    message);
            case PayloadTypes.Vars:
                var check = root.Check(envelope.Value, RoleNames.Config);
                var vars = Good(file, check.IsGood ? Vars.Parse(envelope.Value.Payload) : Parsed<Vars>.Bad(check.Refusal));
                return new(topics.Vars(vars.Id), $"values {vars.Version} of {vars.Id}", message);
            case PayloadTypes.Root:
                var read = Good(file, TrustRoot.Parse(envelope.Value.Payload));
                if (read.Version > root.Version) read = Good(file, RootChain.Next(root, message));
                else if (!root.Check(envelope.Value, RoleNames.Root).IsGood && !read.Check(envelope.Value, RoleNames.Root).IsGood)
                    throw Refused(file, read.Check(envelope.Value, RoleNames.Root).Refusal);
                return new(topics.Root(read.Version), $"root {read.Version}", message);
            default:
                throw new FleetException(
                    $"{file}: an envelope of `{envelope.Value.Type}`. Expected what `fleet sign` or `fleet root` wrote.");
        }
    }

    static void Timely(string file, string what, DateTimeOffset? expires, DateTimeOffset now)
    {
        if (expires <= now) throw Refused(file, new(RefusalReason.Expired, $"{what} expired at {expires:u}."));
    }

    static T Good<T>(string file, Parsed<T> read) where T : class => read.IsGood ? read.Value : throw Refused(file, read.Refusal);

    static FleetException Refused(string file, Refusal refusal) =>
        new($"{file}: {refusal} Gateways would refuse it, so it was not published.");
}
