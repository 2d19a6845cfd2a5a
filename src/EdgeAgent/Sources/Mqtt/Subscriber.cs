using EdgeAgent.Core.Readings;
using EdgeAgent.Logs;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Sources.Mqtt;

/// <summary>Brings the broker's filters to what the configuration wants, in as many packets as the broker's limits need.</summary>
/// <remarks>
/// What the broker refuses, or says it cannot do, is logged, shown and asked again every <see cref="RetryAfter"/>: rights on a broker
/// change while we are connected. Source thread; answers come under the gate. <see cref="Refused"/> is for any thread.
/// </remarks>
sealed class Subscriber(string source, SessionFilters filters, MqttVersion version, LogLimiter log)
{
    /// <summary>Time between attempts at refused filters.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(1);

    const int MostInAPacket = 100;
    const int MostAnew = 20;
    const byte PacketIdInUse = 0x91;
    readonly Dictionary<ushort, List<MqttSubscription>> _asked = [];
    readonly Dictionary<ushort, List<string>> _unasked = [];
    readonly SortedSet<string> _refused = new(StringComparer.Ordinal);
    volatile Change _change;
    ushort _lastId;
    int _askedAnew;
    MonotonicTime _askedAt;
    volatile string? _refusedText;

    /// <summary>Filters the broker refuses, or null.</summary>
    public string? Refused => _refusedText;

    /// <summary>Whether refused filters should be asked for again.</summary>
    public bool IsRetryDue(MonotonicTime now) => _refused.Count > 0 && now - _askedAt >= RetryAfter;

    /// <summary>Sends what the broker does not hold of what is wanted, and takes back what it holds and is not.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="now">Now.</param>
    /// <param name="all">
    /// On a new connection all that is wanted, held or not: we may have died between CONNECT and the commit that says that the broker has
    /// a new session, or the broker may have gone back to an older copy of it. Nothing would ever arrive, without a word. (Not so with
    /// 3.1.1 where retained messages are wanted: they would come again each time.)
    /// </param>
    public void Ask(MqttConnection connection, MonotonicTime now, bool all)
    {
        _askedAt = now;
        _askedAnew = 0;
        _asked.Clear();
        _unasked.Clear();
        _refused.Clear();
        _change = Change.None;
        Unsubscribe(connection, filters.ToUnsubscribe());
        Subscribe(connection, filters.ToSubscribe(all, version == MqttVersion.V500));
        ShowRefused();
    }

    /// <summary>What is wanted changed: on a connection that stands, new filters are subscribed first, and those wanted no more
    /// dropped after
    /// a commit behind the broker's answer. Under the gate.</summary>
    public void Changed() => _change = Change.Wanted;

    /// <summary>The broker has nothing more of a backlog; true when the filters changed by that. Under the gate.</summary>
    public bool OnDrained() => _asked.Count == 0 && filters.Settle();

    /// <summary>A commit is durable. Under the gate.</summary>
    public void OnCommitted()
    {
        if (_change == Change.Answered) _change = Change.Committed;
    }

    /// <summary>Sends what a change needs now, if anything. Source thread.</summary>
    public void GoOn(MqttConnection connection)
    {
        if (_change == Change.Wanted)
        {
            _change = Change.Asked;
            _refused.RemoveWhere(filter => !filters.Wants(filter));
            ShowRefused();
            Subscribe(connection, filters.ToSubscribe(all: false));
            if (_asked.Count == 0) _change = Change.Answered;
        }
        else if (_change == Change.Committed)
        {
            _change = Change.None;
            Unsubscribe(connection, filters.ToUnsubscribe());
        }
    }

    /// <summary>Takes a SUBACK or UNSUBACK; true when the filters changed and have to be stored.</summary>
    /// <param name="connection">The connection it came on.</param>
    /// <param name="packet">The packet.</param>
    public bool OnAnswer(MqttConnection connection, in MqttIncoming packet)
    {
        if (packet.Kind == PacketType.UnsubAck)
        {
            if (!_unasked.Remove(packet.PacketId, out var dropped)) return false;
            foreach (var filter in dropped) filters.Dropped(filter);
            return true;
        }

        if (!_asked.Remove(packet.PacketId, out var asked)) return false;
        var codes = packet.Payload;
        var (granted, isNews) = (0, false);
        List<MqttSubscription> anew = [];
        for (var i = 0; i < asked.Count && i < codes.Length; i++)
        {
            if (codes[i] == PacketIdInUse && ++_askedAnew < MostAnew)
            {
                // mochi compares the id with those of its own messages: another one may be free.
                anew.Add(asked[i]);
                continue;
            }

            if (codes[i] >= 0x80)
            {
                Refuse(asked[i].Filter, ReasonCodes.Describe(PacketType.SubAck, version, codes[i]).Sentence);
                continue;
            }

            isNews |= filters.Granted(asked[i].Filter);
            granted++;
            if (codes[i] < asked[i].Qos)
                log.Warn($"source {source} granted {asked[i].Filter}",
                    $"source {source}: the broker grants only QoS {codes[i]} for {asked[i].Filter}, not {asked[i].Qos}.");
        }

        if (anew.Count > 0) Subscribe(connection, anew);
        if (_asked.Count == 0 && _change == Change.Asked)
        {
            _change = Change.Answered;
            isNews = true; // so that a commit comes soon
        }

        if (granted > 0) log.Log.Information("source {Source}: subscribed to {Filters} filters", source, granted);
        ShowRefused();
        return isNews;
    }

    void Subscribe(MqttConnection connection, List<MqttSubscription> wanted)
    {
        if (wanted.Count == 0) return;
        var result = SendResult.TooLarge;
        if (wanted.Count <= MostInAPacket)
        {
            var id = NextId();
            result = connection.Subscribe(id, [.. wanted]);
            if (result == SendResult.Accepted) _asked[id] = wanted;
            if (result is SendResult.Accepted or SendResult.Closed) return;
        }

        // One filter the broker cannot have must not keep the others out.
        if (wanted.Count > 1) foreach (var half in Halves(wanted)) Subscribe(connection, half);
        else Refuse(wanted[0].Filter, WhyNotSent(result));
    }

    void Unsubscribe(MqttConnection connection, List<string> unwanted)
    {
        if (unwanted.Count == 0) return;
        var result = SendResult.TooLarge;
        if (unwanted.Count <= MostInAPacket)
        {
            var id = NextId();
            result = connection.Unsubscribe(id, [.. unwanted]);
            if (result == SendResult.Accepted) _unasked[id] = unwanted;
        }

        if (result == SendResult.TooLarge && unwanted.Count > 1) foreach (var half in Halves(unwanted)) Unsubscribe(connection, half);
    }

    void Refuse(string filter, string sentence)
    {
        _refused.Add(filter);
        log.Error($"source {source} subscribe {filter}",
            $"source {source}: the broker refused the subscription {filter}: {sentence} It is asked again every minute.");
    }

    void ShowRefused() => _refusedText = _refused.Count > 0 ? string.Join(", ", _refused) : null;

    ushort NextId() => _lastId = (ushort)(_lastId == ushort.MaxValue ? 1 : _lastId + 1);

    static List<T>[] Halves<T>(List<T> of) => [of[..(of.Count / 2)], of[(of.Count / 2)..]];

    /// <summary>How far a change of what is wanted has come.</summary>
    enum Change
    {
        None,
        Wanted,
        Asked,
        Answered,
        Committed,
    }

    static string WhyNotSent(SendResult result) => result switch
    {
        SendResult.NotSupported => "It supports no wildcards, or no shared subscriptions.",
        SendResult.TooLarge => "The filter is longer than the largest packet it takes.",
        _ => "The filter is not valid.",
    };
}
