using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;
using EdgeAgent.Fleets.Signing;

namespace EdgeAgent.Fleets.Managing;

/// <summary>A manager put together from its file: trust, list, broker, local file.</summary>
sealed class Manager : IDisposable
{
    readonly IFleetBroker _broker;
    readonly SigningKey? _key;
    readonly Signer? _signer;

    Manager(ManagerSettings settings, IFleetBroker broker, FleetView view, SigningKey? key, Func<DateTimeOffset> now, int settleMs)
    {
        (Settings, _broker, _key) = (settings, broker, key);
        _signer = key is not null ? Signer.Of(key)
            : settings.SignWith is { } command ? Signer.Of(command, KeyFiles.ReadPublic(settings.PublicKey!)) : null;
        Session = new(broker, view, now, new TargetMemory(settings.Cache + ".targets"), settleMs);
        Marks = ViewCache.Load(settings.Cache, view, now());
    }

    /// <summary>The settings.</summary>
    public ManagerSettings Settings { get; }

    /// <summary>The broker.</summary>
    public FleetSession Session { get; }

    /// <summary>What is known.</summary>
    public FleetView View => Session.View;

    /// <summary>What the local file remembers of a rollout.</summary>
    public RolloutMarks Marks { get; }

    /// <summary>Opens all of it.</summary>
    /// <param name="settings">The manager's file.</param>
    /// <param name="connect">Makes the connection.</param>
    /// <param name="now">The time.</param>
    /// <param name="settleMs">How long another manager's message may be behind our own [ms].</param>
    /// <exception cref="FleetException">A file cannot be used; the message says why.</exception>
    /// <exception cref="IOException">A file cannot be read, or the broker not be reached.</exception>
    public static Manager Open(
        ManagerSettings settings, Func<ManagerSettings, IFleetBroker> connect, Func<DateTimeOffset> now, int settleMs = 300)
    {
        var root = RootChain.First(File.ReadAllBytes(settings.Root), pin: null);
        if (!root.IsGood) throw new FleetException($"{settings.Root}: {root.Refusal} Give the root that the gateways are pinned to.");
        var list = GatewayList.Read(settings.Gateways);
        var key = settings.Key is { } file ? KeyFiles.ReadPrivate(file, () => settings.KeyPassword?.Reveal()) : null;
        return new(settings, connect(settings), new(new FleetTopics(settings.Prefix), root.Value, list), key, now, settleMs);
    }

    /// <summary>Signs a target.</summary>
    /// <exception cref="FleetException">There is no key, or the root does not have it in the role `rollout`.</exception>
    /// <exception cref="IOException">The command gave no signature.</exception>
    public Envelope SignTarget(byte[] payload)
    {
        if (_signer is null)
            throw new FleetException(
                "the manager's file names neither `key` nor `sign_with`, so nothing can be written. Give the key of the "
                + "role `rollout`.");
        var envelope = _signer.AddTo(new Envelope(PayloadTypes.Target, payload, []));
        var check = View.Root.Check(envelope, RoleNames.Rollout);
        return check.IsGood ? envelope
            : throw new FleetException($"gateways would not take what key {_signer.Key.Id} signs: {check.Refusal} Give a key of the role "
                + "`rollout`.");
    }

    /// <summary>Finds the document that a plan or an option names and sees that it lies on the broker.</summary>
    /// <param name="named">A file or a digest.</param>
    /// <param name="folder">The folder of relative names.</param>
    /// <exception cref="FleetException">It is none, is not signed by enough keys, or is not there.</exception>
    public (ConfigDocument Document, DocumentRef Reference) Place(string named, string folder)
    {
        var isDigest = Digest.IsHex(named);
        var bytes = isDigest ? Session.FetchDocument(named) ?? throw new FleetException(
            $"no document {named} lies on the broker. `edge-agent fleet publish` it.")
            : File.ReadAllBytes(Path.Combine(folder, named));
        var read = Signed.Document(bytes, View.Root, out var envelope);
        if (!read.IsGood) throw new FleetException($"{named}: {read.Refusal} Gateways would refuse it.");
        var digest = envelope!.PayloadDigest;
        if (isDigest && digest != named) throw new FleetException(
            $"what lies under {named} on the broker has the digest {digest}. Publish the document again.");
        if (!isDigest && Session.FetchDocument(digest) is var there && (there is null || !Signed.Document(there, View.Root, out _).IsGood))
            Session.Publish(View.Topics.Document(digest), bytes, isRetained: true);
        return (read.Value, new(digest, read.Value.Version));
    }

    /// <summary>Writes the local file.</summary>
    public void Save() => ViewCache.Save(Settings.Cache, View, Marks);

    /// <inheritdoc/>
    public void Dispose()
    {
        _broker.Dispose();
        _key?.Dispose();
    }
}
