using System.Text.Json;
using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Text;
using EdgeAgent.Flow;
using EdgeAgent.Logs;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Sources.Mqtt.Session;
using EdgeAgent.Status;

namespace EdgeAgent.Sources.Mqtt;

/// <summary>Takes PUBLISH packets: repeats are told apart, the rest is decoded into the feed's batch.</summary>
/// <remarks>Source thread, under the gate; counts are read by any thread.</remarks>
sealed class MqttIntake
{
    static readonly TimeSpan LogBadEvery = TimeSpan.FromSeconds(1);
    static readonly BadReason[] Reasons = Enum.GetValues<BadReason>();

    readonly SourceFeed _feed;
    readonly SessionTable _session;
    readonly SessionFilters _filters;
    readonly LogLimiter _log;
    readonly long[] _byQos = new long[3];
    readonly long[] _badBefore = new long[Reasons.Length];
    MqttSourceSettings _settings;
    (TopicTemplate Template, bool Retained)[] _templates = [];
    bool _anyRetained;
    long _retained;
    long _repeats;
    long _bad;
    long _loggedBad;
    MonotonicTime _loggedAt;

    /// <summary>An intake for one source.</summary>
    public MqttIntake(MqttSourceSettings settings, MessageDecoder decoder, SourceFeed feed, SessionTable session, SessionFilters filters,
        LogLimiter log)
    {
        (_settings, Decoder, _feed, _session, _filters, _log) = (settings, decoder, feed, session, filters, log);
        ReadTemplates();
    }

    /// <summary>The decoder.</summary>
    public MessageDecoder Decoder { get; private set; }

    /// <summary>Goes on with other settings and their decoder; counts go on. Under the gate.</summary>
    public void Change(MqttSourceSettings settings, MessageDecoder decoder)
    {
        for (var i = 0; i < Reasons.Length; i++) _badBefore[i] += Decoder.CountOf(Reasons[i]);
        (_settings, Decoder) = (settings, decoder);
        ReadTemplates();
    }

    /// <summary>Messages of this run.</summary>
    public long Messages => _byQos[0] + _byQos[1] + _byQos[2];

    /// <summary>Messages with something that could not be decoded.</summary>
    public long Bad => Volatile.Read(ref _bad);

    /// <summary>Whether messages of QoS 1 or 2 came since the last look.</summary>
    public bool TookMessages { get; private set; }

    /// <summary>Takes one PUBLISH; false when the connection was closed for it.</summary>
    public bool TryTake(MqttConnection connection, in MqttIncoming packet)
    {
        var qos = packet.Qos;
        _byQos[qos]++;
        var tooLargeBytes = packet.IsTooLarge ? packet.LengthBytes : 0;
        if (qos == 0 && !packet.Retain && tooLargeBytes == 0 && !_filters.TellsCopies
            && Decoder.TryDecodeKnown(packet.Topic, packet.Payload, _feed.Now.WallNs, _feed.Batch, _feed, out var result))
        {
            if (!result.IsGood) _bad++;
            return true;
        }

        if (!Decoder.IsKnown(packet.Topic) && packet.CheckTopic() is var status && status != DecodeStatus.Ok)
        {
            connection.Fail(status);
            return false;
        }

        var isCopy = _filters.TellsCopies && !HasMark(in packet);
        if (qos == 0)
        {
            if (isCopy) _repeats++;
            else Decode(packet.Topic, packet.Payload, packet.Retain, tooLargeBytes);
            return true;
        }

        TookMessages = true;
        // Of a message whose payload was passed over, its length stands for it.
        var hash = MessageHash.Of(packet.Topic, packet.Payload) + (ulong)tooLargeBytes;
        if (_session.OnPublish(packet.PacketId, qos, packet.Dup, hash) && !isCopy)
            Decode(packet.Topic, packet.Payload, packet.Retain, tooLargeBytes);
        else _repeats++;
        return true;
    }

    /// <summary>Whether a message came by one of our subscriptions, also if by others too.</summary>
    bool HasMark(in MqttIncoming packet)
    {
        foreach (var property in packet.Properties)
            if (property.Id == PropertyId.SubscriptionIdentifier && property.Number == _filters.Mark) return true;
        return false;
    }

    /// <summary>Logs a sample of what could not be decoded, by reason, and hints about times; limited. Outside the gate.</summary>
    public void LogBad()
    {
        TookMessages = false;
        if (_bad == _loggedBad && !Decoder.HasHint) return;
        var now = _feed.Clock.Monotonic;
        if (now - _loggedAt < LogBadEvery) return;
        (_loggedBad, _loggedAt) = (_bad, now);
        foreach (var reason in Reasons)
            if (Decoder.TakeSample(reason) is { } sample)
                _log.Warn($"bad {_settings.Name} {reason}",
                    $"source {_settings.Name}: {sample.Topic}: {sample.Message} Payload: {sample.Payload}");
        while (Decoder.TryTakeNote(out var note)) _log.Log.Information("source {Source}: {Note}", _settings.Name, note);
        while (Decoder.TryTakeHint(out var hint))
            _log.Warn($"hint {_settings.Name} {hint!.Topic}", $"source {_settings.Name}: {hint.Topic}: {hint.Message}");
    }

    /// <summary>The counts.</summary>
    public StatusFields Status()
    {
        var bad = new StatusFields();
        for (var i = 0; i < Reasons.Length; i++)
            if (_badBefore[i] + Decoder.CountOf(Reasons[i]) is > 0 and var count)
                bad.Add(JsonNamingPolicy.SnakeCaseLower.ConvertName(Reasons[i].ToString()), count);
        return new StatusFields
        {
            { "messages_by_qos", new StatusFields { { "qos0", _byQos[0] }, { "qos1", _byQos[1] }, { "qos2", _byQos[2] } } },
            { "repeats_skipped", _repeats },
            { "retained_dropped", _retained },
            { "bad_by_reason", bad },
            { "times_replaced", Decoder.TimesReplaced },
        };
    }

    void Decode(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, bool retain, int tooLargeBytes)
    {
        // A filter that is wanted no more goes after the next commit; what comes by it until then nobody asked for.
        if (_filters.HoldsUnwanted && !IsWanted(topic)) return;
        if (retain && !WantsRetained(topic))
        {
            _retained++;
            return;
        }

        if (tooLargeBytes > 0)
        {
            Decoder.CountTooLarge(topic, tooLargeBytes);
            _bad++;
            return;
        }

        if (!Decoder.Decode(topic, payload, _feed.Now.WallNs, _feed.Batch, _feed).IsGood) _bad++;
    }

    bool IsWanted(ReadOnlySpan<byte> topic)
    {
        foreach (var (template, _) in _templates)
            if (template.TryMatch(topic, null)) return true;
        return false;
    }

    void ReadTemplates()
    {
        _templates = [.. _settings.Subscriptions.Select(s => (Parse(s.Topic), s.Retained))];
        _anyRetained = _settings.Subscriptions.Any(s => s.Retained);
    }

    bool WantsRetained(ReadOnlySpan<byte> topic)
    {
        if (!_anyRetained) return false;
        foreach (var (template, retained) in _templates)
            if (template.TryMatch(topic, null)) return retained;
        return false;
    }

    static TopicTemplate Parse(string topic) =>
        TopicTemplate.TryParse(topic, out var template, out _) ? template! : throw new ArgumentException($"unchecked topic {topic}");
}
