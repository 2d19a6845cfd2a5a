using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Settings;
using EdgeAgent.Mqtt.Client;

namespace EdgeAgent.Sources.Mqtt;

/// <summary>Which filters the broker holds for the session and which the configuration wants; only the difference is sent.</summary>
sealed class SessionFilters
{
    readonly Dictionary<string, byte> _wanted = [];
    readonly Dictionary<string, byte> _held = [];

    /// <summary>The filters of <paramref name="subscriptions"/>.</summary>
    public SessionFilters(IReadOnlyList<SubscriptionSettings> subscriptions)
    {
        foreach (var subscription in subscriptions)
        {
            if (!TopicTemplate.TryParse(subscription.Topic, out var template, out _)) throw new ArgumentException($"unchecked topic {subscription.Topic}");
            var filter = subscription.Share is { } share ? $"$share/{share}/{template!.Filter}" : template!.Filter;
            _wanted[filter] = (byte)(subscription.Qos | (subscription.Retained ? 4 : 0));
        }
    }

    /// <summary>The broker has forgotten all.</summary>
    public void Clear() => _held.Clear();

    /// <summary>What to subscribe.</summary>
    public List<MqttSubscription> ToSubscribe() =>
        [.. _wanted.Where(w => !_held.TryGetValue(w.Key, out var held) || held != w.Value)
            .Select(w => new MqttSubscription(w.Key, w.Value & 3, RetainHandling: 1))];

    /// <summary>What to unsubscribe.</summary>
    public List<string> ToUnsubscribe() => [.. _held.Keys.Where(h => !_wanted.ContainsKey(h))];

    /// <summary>The broker granted <paramref name="filter"/>.</summary>
    public void Granted(string filter) => _held[filter] = _wanted.GetValueOrDefault(filter);

    /// <summary>The broker dropped <paramref name="filter"/>.</summary>
    public void Dropped(string filter) => _held.Remove(filter);

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

        return true;
    }
}
