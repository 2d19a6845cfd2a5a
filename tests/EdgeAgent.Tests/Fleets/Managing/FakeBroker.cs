using System.Collections.Concurrent;
using EdgeAgent.Fleets.Managing;

namespace EdgeAgent.Tests.Fleets.Managing;

/// <summary>A broker in memory: retained messages, filters with <c>+</c>, one order for everybody.</summary>
sealed class FakeBroker
{
    readonly Lock _lock = new();
    readonly Dictionary<string, byte[]> _retained = new(StringComparer.Ordinal);
    readonly List<Client> _clients = [];

    /// <summary>Everything that was published, in order.</summary>
    public List<(string Topic, byte[] Payload)> Published { get; } = [];

    /// <summary>Hears each message as it is published: the gateways.</summary>
    public event Action<string, byte[]>? Comes;

    /// <summary>Runs before a message of a manager is taken; what it throws the manager gets.</summary>
    public Action<string>? Before { get; set; }

    /// <summary>The message kept on a topic; null for none.</summary>
    public byte[]? this[string topic]
    {
        get
        {
            lock (_lock) return _retained.GetValueOrDefault(topic);
        }
    }

    /// <summary>Connects a manager.</summary>
    public IFleetBroker Connect()
    {
        var client = new Client(this);
        lock (_lock) _clients.Add(client);
        return client;
    }

    /// <summary>Publishes as a gateway or as somebody else.</summary>
    public void Publish(string topic, byte[] payload, bool isRetained = true)
    {
        lock (_lock)
        {
            Published.Add((topic, payload));
            if (isRetained) _retained[topic] = payload;
            foreach (var client in _clients) client.Deliver(topic, payload, wasKept: false);
            Comes?.Invoke(topic, payload);
        }
    }

    static bool Matches(string filter, string topic)
    {
        var (f, t) = (filter.Split('/'), topic.Split('/'));
        return f.Length == t.Length && f.Zip(t).All(p => p.First == "+" || p.First == p.Second);
    }

    sealed class Client(FakeBroker broker) : IFleetBroker
    {
        readonly BlockingCollection<BrokerMessage> _queue = [];
        readonly List<string> _filters = [];

        public void Subscribe(params IReadOnlyList<string> filters)
        {
            lock (broker._lock)
            {
                _filters.AddRange(filters);
                foreach (var (topic, payload) in broker._retained)
                    if (filters.Any(f => Matches(f, topic))) _queue.Add(new(topic, payload, IsRetained: true));
            }
        }

        public void Publish(string topic, ReadOnlyMemory<byte> payload, bool isRetained)
        {
            broker.Before?.Invoke(topic);
            broker.Publish(topic, payload.ToArray(), isRetained);
        }

        public bool TryTake(TimeSpan wait, out BrokerMessage message) => _queue.TryTake(out message, wait);

        public void Deliver(string topic, byte[] payload, bool wasKept)
        {
            if (_filters.Any(f => Matches(f, topic))) _queue.Add(new(topic, payload, wasKept));
        }

        public void Dispose()
        {
            lock (broker._lock) broker._clients.Remove(this);
        }
    }
}
