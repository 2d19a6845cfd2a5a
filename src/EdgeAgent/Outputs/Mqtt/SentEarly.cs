namespace EdgeAgent.Outputs.Mqtt;

/// <summary>Which records were published before their commit, so that their lane need not publish them again.</summary>
/// <remarks>Bounded: past it the oldest is forgotten and then published twice, with one identity. A record whose connection ended before
/// its PUBACK is forgotten as well. Not thread-safe.</remarks>
sealed class SentEarly(int most)
{
    readonly Dictionary<string, (bool IsConfirmed, long Place)> _sent = [];
    readonly Queue<(string Id, long Place)> _order = []; // of those forgotten or sent again the older places stay until their turn
    long _places;

    /// <summary>Places held in the order of sending; for tests.</summary>
    internal int Queued => _order.Count;

    /// <summary>A record was published.</summary>
    public void Sent(string id, bool isConfirmed)
    {
        if (!_sent.TryAdd(id, (isConfirmed, ++_places))) return;
        _order.Enqueue((id, _places));
        while (_sent.Count > most) Forget(_order.Dequeue());
        if (_order.Count > 2 * most) DropEmptyPlaces();
    }

    /// <summary>The broker has it.</summary>
    public void Confirmed(string id)
    {
        if (_sent.TryGetValue(id, out var sent)) _sent[id] = (true, sent.Place);
    }

    /// <summary>It will not come to the broker by itself.</summary>
    public void Lost(string id) => _sent.Remove(id);

    /// <summary>Whether <paramref name="id"/> was published; <paramref name="isConfirmed"/> says whether the broker has it.</summary>
    public bool Has(string id, out bool isConfirmed)
    {
        var has = _sent.TryGetValue(id, out var sent);
        isConfirmed = sent.IsConfirmed;
        return has;
    }

    void Forget((string Id, long Place) oldest)
    {
        if (Holds(oldest)) _sent.Remove(oldest.Id);
    }

    void DropEmptyPlaces()
    {
        for (var left = _order.Count; left > 0; left--)
            if (_order.Dequeue() is var place && Holds(place)) _order.Enqueue(place);
    }

    bool Holds((string Id, long Place) place) => _sent.TryGetValue(place.Id, out var sent) && sent.Place == place.Place;
}
