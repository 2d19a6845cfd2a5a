using EdgeAgent.Storage;

namespace EdgeAgent.Outputs;

/// <content>Records of topics in trouble.</content>
public sealed partial class OutputPump
{
    readonly Dictionary<string, HeldTopic> _held = [];

    /// <summary>What of <paramref name="held"/> leaves <paramref name="lane"/>, by topic, and why it does told once.</summary>
    List<MovedRecords> Move(Lane lane, IReadOnlyList<HeldRecord> held)
    {
        var moved = new List<MovedRecords>();
        foreach (var ofTopic in held.Where(record => record.Lane == lane).GroupBy(record => record.Topic))
        {
            var isNew = !_held.ContainsKey(ofTopic.Key);
            var topic = Hold(ofTopic.Key);
            if (isNew)
            {
                topic.Rest();
                topic.Why = ofTopic.First(record => record.Why is not null).Why!;
                _health.Held(topic.Name, topic.Why);
            }

            topic.Moved(lane, _sentThrough[lane]);
            moved.Add(new MovedRecords(lane.Held(ofTopic.Key), ofTopic.Count(), [.. ofTopic.SelectMany(record => record.Bytes)]));
        }

        return moved;
    }

    HeldTopic Hold(string name)
    {
        if (_held.TryGetValue(name, out var topic)) return topic;
        _held[name] = topic = new HeldTopic(name, Array.ConvertAll(_lanes, lane => lane.Held(name)), _pace.HeldWait, _health.Clock);
        foreach (var lane in topic.Lanes) _sentThrough[lane] = _store.ConfirmedThrough(lane);
        (_output as ITopicOutput)?.Hold(name);
        return topic;
    }

    /// <summary>Tries the records of held topics whose wait is over. Whether something went out.</summary>
    bool TryHeld()
    {
        if (_held.Count == 0) return false;
        var went = false;
        foreach (var topic in _held.Values.Where(topic => topic.Due <= _health.Clock.Monotonic).ToArray())
        {
            if (_abort.IsCancellationRequested) return false;
            if (_output is ITopicOutput output && !output.MayTry(topic.Name) || !TryFillWindow(topic.Lanes)
                || _window.Count == 0 && _isPaced || _window.Count > 0 && !SendWindow())
            {
                topic.Rest();
                if (!_isPaced) _health.Held(topic.Name, topic.Why);
                continue;
            }

            topic.Went();
            went |= _window.Count > 0;
            if (_window.Count > 0) continue;
            if (!topic.IsSettled(_store))
            {
                topic.Rest();
                continue;
            }

            // What was committed since the window was read, was so before the lane was seen settled.
            if (!TryFillWindow(topic.Lanes) || _window.Count > 0 || _isPaced) continue;
            _held.Remove(topic.Name);
            foreach (var lane in topic.Lanes) _sentThrough.Remove(lane);
            (_output as ITopicOutput)?.Release(topic.Name);
            _health.Held(topic.Name, null);
        }

        return went;
    }
}
