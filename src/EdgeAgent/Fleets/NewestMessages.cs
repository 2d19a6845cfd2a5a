namespace EdgeAgent.Fleets;

/// <summary>Messages that wait to be verified: of each topic only the newest, topics in turn,
/// so that a flood of one starves no other.</summary>
/// <remarks>Any thread. Holds a message for each topic that was subscribed, so it is bounded by them.</remarks>
sealed class NewestMessages
{
    readonly Dictionary<string, byte[]> _messages = new(StringComparer.Ordinal);
    readonly Queue<string> _turns = new();

    /// <summary>Messages that gave way to a newer one.</summary>
    public long Replaced { get; private set; }

    /// <summary>Puts a message in the place of an older one of its topic.</summary>
    public void Put(string topic, byte[] message)
    {
        lock (_messages)
        {
            if (_messages.ContainsKey(topic)) Replaced++;
            else _turns.Enqueue(topic);
            _messages[topic] = message;
        }
    }

    /// <summary>Takes the message whose turn it is.</summary>
    public bool TryTake(out string topic, out byte[] message)
    {
        lock (_messages)
        {
            (topic, message) = ("", []);
            return _turns.TryDequeue(out topic!) && _messages.Remove(topic, out message!);
        }
    }
}
