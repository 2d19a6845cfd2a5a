using System.Globalization;
using System.Text;
using EdgeAgent.Brokers;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;
using EdgeAgent.Learning.Inference;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Network;

namespace EdgeAgent.Learning.Listening;

/// <summary>Subscribes at QoS 0 in a session of its own and tells a survey what comes. Publishes and acknowledges nothing.</summary>
/// <remarks>A connection that is lost is made again until the time is up; one that cannot be made at all ends it at once. A broker that
/// does not know MQTT 5.0 is asked in 3.1.1.</remarks>
sealed class Listener(MqttClientOptions options, IReadOnlyList<string> filters, Survey survey, IClock clock)
{
    const byte UnsupportedVersion = 0x84;
    const byte UnsupportedVersion311 = 1;
    const int WaitMs = 200;
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    readonly List<string> _refused = [];
    TimeSpan _connected;
    MqttClientOptions _options = options;
    long _tooLarge;

    /// <summary>Whether a text is a topic filter.</summary>
    public static bool IsFilter(string text) => TopicFilter.IsValid(Encoding.UTF8.GetBytes(text));

    /// <summary>How to reach a broker for listening.</summary>
    public static MqttClientOptions Options(BrokerSettings broker) => BrokerOptions.Of(broker,
            string.Create(CultureInfo.InvariantCulture, $"edge-agent-learn-{Environment.ProcessId}"));

    /// <summary>Listens; returns when the time is up, when stopped, or when there is no broker.</summary>
    /// <param name="time">How long.</param>
    /// <param name="stop">Ends it before.</param>
    /// <param name="tell">Hears now and then how far it is.</param>
    public Heard Run(TimeSpan time, CancellationToken stop, Action<string> tell)
    {
        var began = clock.Monotonic;
        var interruptions = 0;
        string? failure = null;
        while (clock.Monotonic - began < time && !stop.IsCancellationRequested)
        {
            try
            {
                using var connection = Connect(stop);
                failure = Serve(connection, began, time, stop, tell);
                if (failure is null || _refused.Count == filters.Count) break;
                tell($"{failure} It is tried again.");
                interruptions++;
            }
            catch (ConnectException error)
            {
                failure = error.Message;
                if (_connected == TimeSpan.Zero) break;
            }
            catch (OperationCanceledException)
            {
                break;
            }

            stop.WaitHandle.WaitOne(Pause);
        }

        return new(_connected, failure)
        {
            IsOldProtocol = _options.Version == MqttVersion.V311,
            Refused = [.. _refused],
            Interruptions = interruptions,
            TooLarge = _tooLarge,
        };
    }

    MqttConnection Connect(CancellationToken stop)
    {
        try
        {
            return MqttConnection.Connect(_options, stop);
        }
        catch (ConnectException error) when (_options.Version == MqttVersion.V500 && (error.Failure is ConnectFailure.ClosedEarly
            or ConnectFailure.OtherProtocol || error.ReasonCode is UnsupportedVersion or UnsupportedVersion311))
        {
            var connection = MqttConnection.Connect(_options with { Version = MqttVersion.V311 }, stop);
            _options = _options with { Version = MqttVersion.V311 };
            return connection;
        }
    }

    string? Serve(MqttConnection connection, MonotonicTime began, TimeSpan time, CancellationToken stop, Action<string> tell)
    {
        var connectedAt = clock.Monotonic;
        try
        {
            var sent = connection.Subscribe(1, [.. filters.Select(filter => new MqttSubscription(filter, 0))]);
            if (sent != SendResult.Accepted) return $"The filters could not be asked for: {sent}.";
            var nextWord = TimeSpan.FromSeconds(5);
            while (clock.Monotonic - began < time && !stop.IsCancellationRequested)
            {
                if (connection.Fill(WaitMs) == FillResult.Closed) return connection.CloseReason?.Message ?? "The connection ended.";
                var now = clock.Now.Wall.Ns;
                while (connection.TryNext(out var packet))
                {
                    if (packet.Kind == PacketType.SubAck) TakeAnswer(packet.Payload);
                    else if (packet.Kind == PacketType.Publish && packet.IsTooLarge) _tooLarge++;
                    else if (packet.Kind == PacketType.Publish) survey.Add(packet.Topic, packet.Payload, now, packet.Retain);
                }

                if (_refused.Count == filters.Count) return $"The broker refused the subscription: {string.Join("; ", _refused)}";
                var passed = clock.Monotonic - began;
                if (passed < nextWord) continue;
                nextWord = passed + TimeSpan.FromSeconds(10);
                tell($"{(int)passed.TotalSeconds} s: {survey.Messages} messages on {survey.Topics.Count} topics");
            }

            connection.Disconnect();
            return null;
        }
        finally
        {
            _connected += clock.Monotonic - connectedAt;
        }
    }

    void TakeAnswer(ReadOnlySpan<byte> codes)
    {
        _refused.Clear();
        for (var i = 0; i < codes.Length && i < filters.Count; i++)
            if (codes[i] >= 0x80)
                _refused.Add($"{filters[i]}: {ReasonCodes.Describe(PacketType.SubAck, _options.Version, codes[i]).Sentence}");
    }
}
