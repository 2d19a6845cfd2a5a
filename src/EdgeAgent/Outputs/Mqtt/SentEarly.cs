namespace EdgeAgent.Outputs.Mqtt;

/// <summary>Which records were published before their commit, so that their lane need not publish them again.</summary>
/// <remarks>Bounded: past it the oldest is forgotten and then published twice, with one identity. A record whose connection ended before its
/// PUBACK is forgotten as well. Not thread-safe.</remarks>
sealed class SentEarly(int most)
{
    readonly Dictionary<string, bool> _isConfirmed = [];
    readonly Queue<string> _order = [];

    /// <summary>Records remembered.</summary>
    public int Count => _isConfirmed.Count;

    /// <summary>Places held in the order of sending.</summary>
    public int Queued => _order.Count;

    /// <summary>A record was published.</summary>
    public void Sent(string id, bool isConfirmed)
    {
        if (!_isConfirmed.TryAdd(id, isConfirmed)) return;
        _order.Enqueue(id);
        while (_order.Count > most) _isConfirmed.Remove(_order.Dequeue());
    }

    /// <summary>The broker has it.</summary>
    public void Confirmed(string id)
    {
        if (_isConfirmed.ContainsKey(id)) _isConfirmed[id] = true;
    }

    /// <summary>It will not come to the broker by itself.</summary>
    public void Lost(string id) => _isConfirmed.Remove(id);

    /// <summary>Whether <paramref name="id"/> was published; <paramref name="isConfirmed"/> says whether the broker has it.</summary>
    public bool Has(string id, out bool isConfirmed) => _isConfirmed.TryGetValue(id, out isConfirmed);
}
