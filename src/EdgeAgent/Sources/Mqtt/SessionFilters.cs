using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.State;
using EdgeAgent.Core.Text;
using EdgeAgent.Mqtt.Client;

namespace EdgeAgent.Sources.Mqtt;

/// <summary>Which filters the broker holds for the session and which the configuration wants.</summary>
/// <remarks>
/// A session can outlive what is known of it (another data directory, the same client id): the broker then holds filters that nobody
/// can name and so nobody can drop, and a message may come once by such a filter and once by ours. Ours then get an identifier (5.0):
/// once the backlog is gone, what comes without it is such a copy.
/// </remarks>
sealed class SessionFilters
{
    const byte Retained = 4;

    // No filter is empty: this one stands for those that are not known, its options for the identifier of ours.
    const string Unknown = "";
    const byte Settled = 0x80;
    readonly Dictionary<string, byte> _held = [];
    volatile Dictionary<string, byte> _wanted = [];

    /// <summary>The filters of <paramref name="subscriptions"/>.</summary>
    public SessionFilters(IReadOnlyList<SubscriptionSettings> subscriptions) => Want(subscriptions);

    /// <summary>Whether the broker still holds filters that are wanted no more, so that messages come that nobody wants.</summary>
    public bool HoldsUnwanted { get; private set; }

    /// <summary>Whether it is known what filters the broker holds, or that it holds unknown ones.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>The identifier of our subscriptions beside filters that are not known, 1 to 127; 0 when all are known.</summary>
    public byte Mark { get; private set; }

    /// <summary>Whether a message without the identifier is a copy.</summary>
    public bool TellsCopies { get; private set; }

    /// <summary>Wants the filters of <paramref name="subscriptions"/> and no others. Under the gate.</summary>
    public void Want(IReadOnlyList<SubscriptionSettings> subscriptions)
    {
        var wanted = new Dictionary<string, byte>();
        foreach (var subscription in subscriptions)
        {
            if (!TopicTemplate.TryParse(subscription.Topic, out var template, out _))
                throw new ArgumentException($"unchecked topic {subscription.Topic}");
            var filter = subscription.Share is { } share ? $"$share/{share}/{template!.Filter}" : template!.Filter;
            wanted[filter] = (byte)(subscription.Qos | (subscription.Retained ? Retained : 0));
        }

        _wanted = wanted;
        Look();
    }

    /// <summary>Whether the configuration wants <paramref name="filter"/>.</summary>
    public bool Wants(string filter) => _wanted.ContainsKey(filter);

    /// <summary>Nothing is known.</summary>
    public void Clear()
    {
        IsKnown = false;
        _held.Clear();
        Look();
    }

    /// <summary>The broker has forgotten all.</summary>
    public void Begin()
    {
        Clear();
        IsKnown = true;
    }

    /// <summary>The broker goes on with a session that nothing is known of; <paramref name="mark"/> is 0 when it has no
    /// identifiers.</summary>
    public void MeetUnknown(byte mark)
    {
        IsKnown = true;
        if (mark > 0) _held[Unknown] = mark;
        Look();
    }

    /// <summary>All that is wanted is subscribed and the backlog is gone; true when that is news to be stored.</summary>
    public bool Settle()
    {
        if (Mark == 0 || TellsCopies) return false;
        _held[Unknown] |= Settled;
        Look();
        return true;
    }

    /// <summary>What to subscribe: what is wanted and not held, or <paramref name="all"/> that is wanted.</summary>
    /// <param name="all">Also what is held.</param>
    /// <param name="keepsRetained">With <paramref name="all"/>: whether retained messages are kept back for a filter that is held [5.0
    /// §3.8.3.1]. If not, filters whose retained messages are wanted are left out: they would count again.</param>
    public List<MqttSubscription> ToSubscribe(bool all = true, bool keepsRetained = true) =>
        [.. _wanted.Where(w => (all && (keepsRetained || (w.Value & Retained) == 0)) || !_held.TryGetValue(w.Key, out var held)
            || held != w.Value)
            .Select(w => new MqttSubscription(w.Key, w.Value & 3, RetainHandling: WantsRetainedNow(w.Key, w.Value) ? 0 : 1))];

    /// <summary>What to unsubscribe.</summary>
    public List<string> ToUnsubscribe() => [.. _held.Keys.Where(h => h != Unknown && !_wanted.ContainsKey(h))];

    /// <summary>The broker granted <paramref name="filter"/>; false when it held it already.</summary>
    public bool Granted(string filter)
    {
        var wanted = _wanted.GetValueOrDefault(filter);
        if (_held.TryGetValue(filter, out var held) && held == wanted) return false;
        _held[filter] = wanted;
        return true;
    }

    /// <summary>The broker dropped <paramref name="filter"/>.</summary>
    public void Dropped(string filter)
    {
        _held.Remove(filter);
        Look();
    }

    /// <summary>Writes what the broker holds.</summary>
    public void Write(StateWriter writer)
    {
        writer.Varint((ulong)_held.Count);
        foreach (var (filter, options) in _held)
        {
            writer.Text(filter);
            writer.Byte(options);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public bool TryRead(ref StateReader reader)
    {
        if (!reader.TryVarint(out var count)) return false;
        for (var i = 0UL; i < count; i++)
        {
            if (!reader.TryText(out var filter) || !reader.TryByte(out var options)) return false;
            _held[filter] = options;
        }

        IsKnown = true;
        Look();
        return true;
    }

    /// <summary>Whether a filter that is held is wanted with retained messages since: a broker sends them for a new filter or when told to.
    /// </summary>
    bool WantsRetainedNow(string filter, byte wanted) =>
        (wanted & Retained) != 0 && _held.TryGetValue(filter, out var held) && (held & Retained) == 0;

    void Look()
    {
        var wanted = _wanted;
        HoldsUnwanted = _held.Keys.Any(filter => !wanted.ContainsKey(filter));
        var options = _held.GetValueOrDefault(Unknown);
        (Mark, TellsCopies) = ((byte)(options & ~Settled), (options & Settled) != 0);
    }
}
