namespace EdgeAgent.Fleets.Link;

/// <summary>The connection to the fleet's broker, apart from the data path. All methods return at once; any thread.</summary>
interface IFleetLink : IDisposable
{
    /// <summary>Whether it is connected and subscribed.</summary>
    bool IsConnected { get; }

    /// <summary>Why it is not, or why a topic is not to be had; null when all is well.</summary>
    string? Failure { get; }

    /// <summary>Bytes that came and went out since the start.</summary>
    (long In, long Out) Bytes { get; }

    /// <summary>Begins to connect, and comes back after each end by waits that grow.</summary>
    /// <param name="came">Hears of each message, with its topic; of null in place of one that is larger than any may be.</param>
    /// <param name="changed">Hears when it came up or went down.</param>
    void Start(Action<string, byte[]?> came, Action changed);

    /// <summary>The topics to be subscribed from now on.</summary>
    void Subscribe(IReadOnlyCollection<string> topics);

    /// <summary>Publishes with QoS 1; <paramref name="confirmed"/> hears of the PUBACK, and nobody of anything else.</summary>
    void Publish(string topic, byte[] payload, bool isRetained, Action confirmed);
}
