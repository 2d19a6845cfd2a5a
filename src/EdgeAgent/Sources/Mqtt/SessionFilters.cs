using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.State;
using EdgeAgent.Core.Text;
using EdgeAgent.Mqtt.Client;

namespace EdgeAgent.Sources.Mqtt;

/// <summary>Which filters the broker holds for the session and which the configuration wants.</summary>
sealed class SessionFilters
{
    const byte Retained = 4;
    readonly Dictionary<string, byte> _held = [];
    volatile Dictionary<string, byte> _wanted = [];

    /// <summary>The filters of <paramref name="subscriptions"/>.</summary>
    public SessionFilters(IReadOnlyList<SubscriptionSettings> subscriptions) => Want(subscriptions);

    /// <summary>Whether the broker still holds filters that are wanted no more, so that messages come that nobody wants.</summary>
    public bool HoldsUnwanted { get; private set; }

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

    /// <summary>The broker has forgotten all.</summary>
    public void Clear()
    {
        _held.Clear();
        Look();
    }

    /// <summary>What to subscribe: what is wanted and not held, or <paramref name="all"/> that is wanted.</summary>
    /// <param name="all">Also what is held.</param>
    /// <param name="keepsRetained">With <paramref name="all"/>: whether retained messages are kept back for a filter that is held [5.0
    /// §3.8.3.1]. If not, filters whose retained messages are wanted are left out: they would count again.</param>
    public List<MqttSubscription> ToSubscribe(bool all = true, bool keepsRetained = true) =>
        [.. _wanted.Where(w => (all && (keepsRetained || (w.Value & Retained) == 0)) || !_held.TryGetValue(w.Key, out var held)
            || held != w.Value)
            .Select(w => new MqttSubscription(w.Key, w.Value & 3, RetainHandling: 1))];

    /// <summary>What to unsubscribe.</summary>
    public List<string> ToUnsubscribe() => [.. _held.Keys.Where(h => !_wanted.ContainsKey(h))];

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

        Look();
        return true;
    }

    void Look()
    {
        var wanted = _wanted;
        HoldsUnwanted = _held.Keys.Any(filter => !wanted.ContainsKey(filter));
    }
}
