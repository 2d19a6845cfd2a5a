namespace EdgeAgent.Fleets.Managing;

/// <summary>What a manager needs of a broker. One thread uses it.</summary>
/// <remarks>A connection that ends comes back by itself with its subscriptions, and what is retained comes again.</remarks>
interface IFleetBroker : IDisposable
{
    /// <summary>Subscribes at QoS 1; what is retained follows.</summary>
    /// <exception cref="IOException">The broker does not answer or refuses; the message says which.</exception>
    void Subscribe(params IReadOnlyList<string> filters);

    /// <summary>Publishes at QoS 1 and waits for the confirmation.</summary>
    /// <exception cref="IOException">The broker does not answer or refuses; the message says which.</exception>
    void Publish(string topic, ReadOnlyMemory<byte> payload, bool isRetained);

    /// <summary>The next message; false when none came in time.</summary>
    bool TryTake(TimeSpan wait, out BrokerMessage message);
}
