using System.Buffers;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Settings;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Network;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;

namespace EdgeAgent.Fleets.Link;

/// <summary>The fleet link over MQTT, 5.0 or 3.1.1, by MQTTnet; one thread of its own, which no part of the data path waits for.</summary>
/// <remarks>Its session ends with the connection: all that a gateway has to know is retained. Of what is to be published the newest of each
/// topic waits until it is confirmed.</remarks>
sealed class MqttFleetLink : IFleetLink
{
    static readonly TimeSpan s_answer = TimeSpan.FromSeconds(20);

    readonly BrokerSettings _broker;
    readonly IClock _clock;
    readonly Backoff _backoff = new();
    readonly CancellationTokenSource _stop = new();
    readonly AutoResetEvent _wake = new(false);
    readonly Lock _lock = new();
    readonly LinkBytes _bytes = new();
    readonly Dictionary<string, Outgoing> _outgoing = new(StringComparer.Ordinal);
    IReadOnlyCollection<string> _topics = [];
    Action<string, byte[]?> _came = (_, _) => { };
    Action _changed = () => { };
    Thread? _thread;
    volatile string? _failure = "not connected yet";
    volatile bool _isConnected;

    /// <summary>A link that is not started.</summary>
    public MqttFleetLink(BrokerSettings broker, IClock clock) => (_broker, _clock) = (broker, clock);

    /// <inheritdoc/>
    public bool IsConnected => _isConnected;

    /// <inheritdoc/>
    public string? Failure => _failure;

    /// <inheritdoc/>
    public (long In, long Out) Bytes => (_bytes.In, _bytes.Out);

    /// <inheritdoc/>
    public void Start(Action<string, byte[]?> came, Action changed)
    {
        (_came, _changed) = (came, changed);
        _thread = new Thread(Run, 256 * 1024) { IsBackground = true, Name = "fleet-link" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Subscribe(IReadOnlyCollection<string> topics)
    {
        lock (_lock) _topics = topics;
        _wake.Set();
    }

    /// <inheritdoc/>
    public void Publish(string topic, byte[] payload, bool isRetained, Action confirmed)
    {
        lock (_lock) _outgoing[topic] = new Outgoing(topic, payload, isRetained, confirmed);
        _wake.Set();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _wake.Set();
        _thread?.Join();
        _stop.Dispose();
        _wake.Dispose();
    }

    void Run()
    {
        while (!_stop.IsCancellationRequested)
        {
            var began = _clock.Monotonic;
            var advice = RetryAdvice.Soon;
            try
            {
                Serve();
            }
            catch (Exception e) when (e is IOException or ConnectException)
            {
                _failure = e.Message;
                advice = LinkOptions.Advice(e);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            if (_isConnected)
            {
                _isConnected = false;
                _changed();
            }

            _backoff.Ended(_clock.Monotonic - began);
            if (_stop.Token.WaitHandle.WaitOne(_backoff.Next(advice))) return;
        }
    }

    /// <summary>One connection, from its start to its end.</summary>
    void Serve()
    {
        using var client = new MqttClientFactory().CreateMqttClient();
        string? end = null;
        client.ApplicationMessageReceivedAsync += e =>
        {
            var payload = e.ApplicationMessage.Payload;
            _came(e.ApplicationMessage.Topic, payload.Length > SizeLimits.Document ? null : BuffersExtensions.ToArray(payload));
            return Task.CompletedTask;
        };
        client.DisconnectedAsync += e =>
        {
            end = e.Reason == MqttClientDisconnectReason.SessionTakenOver
                ? $"{Where} gave our place to another client of the same id. Are there two gateways of this id?"
                : $"{Where} ended the connection: {LinkOptions.Why(e)}.";
            _wake.Set();
            return Task.CompletedTask;
        };
        var answer = Wait(stop => client.ConnectAsync(LinkOptions.Of(_broker, s_answer, _bytes), stop), "CONNECT");
        if (answer.ResultCode != MqttClientConnectResultCode.Success)
            throw LinkOptions.Refused(Where, answer);
        var subscribed = new HashSet<string>(StringComparer.Ordinal);
        string? refused = null;
        while (client.IsConnected && !_stop.IsCancellationRequested)
        {
            refused = Follow(client, subscribed) ?? refused;
            _failure = refused;
            if (!_isConnected)
            {
                _isConnected = true;
                _changed();
            }

            Send(client);
            WaitHandle.WaitAny([_wake, _stop.Token.WaitHandle], 1000);
        }

        if (!_stop.IsCancellationRequested) throw new IOException(end ?? $"{Where} ended the connection.");
        Wait(async stop =>
        {
            await client.DisconnectAsync(new MqttClientDisconnectOptions(), stop);
            return true;
        }, "DISCONNECT");
    }

    /// <summary>Subscribes what is new and unsubscribes what is not wanted any more; the topics that the broker refuses,
    /// as a sentence.</summary>
    string? Follow(IMqttClient client, HashSet<string> subscribed)
    {
        IReadOnlyCollection<string> topics;
        lock (_lock) topics = _topics;
        string? refused = null;
        foreach (var topic in subscribed.Except(topics).ToList())
        {
            Wait(stop => client.UnsubscribeAsync(topic, stop), "UNSUBSCRIBE");
            subscribed.Remove(topic);
        }

        foreach (var topic in topics.Except(subscribed).ToList())
        {
            var options = new MqttClientSubscribeOptions();
            options.TopicFilters.Add(new() { Topic = topic, QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce });
            var result = Wait(stop => client.SubscribeAsync(options, stop), "SUBSCRIBE");
            subscribed.Add(topic);
            if (result.Items.Any(item => item.ResultCode > MqttClientSubscribeResultCode.GrantedQoS2))
                refused = $"{Where} refuses SUBSCRIBE to {topic}. Let this gateway's user read there.";
        }

        return refused;
    }

    void Send(IMqttClient client)
    {
        List<Outgoing> all;
        lock (_lock) all = [.. _outgoing.Values];
        foreach (var outgoing in all)
        {
            var message = new MqttApplicationMessage
            {
                Topic = outgoing.Topic,
                Payload = new ReadOnlySequence<byte>(outgoing.Payload),
                Retain = outgoing.IsRetained,
                QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            };
            var result = Wait(stop => client.PublishAsync(message, stop), "PUBLISH");
            lock (_lock)
                if (_outgoing.TryGetValue(outgoing.Topic, out var newest) && newest == outgoing) _outgoing.Remove(outgoing.Topic);
            if (result.IsSuccess || result.ReasonCode == MqttClientPublishReasonCode.NoMatchingSubscribers) outgoing.Confirmed();
            else _failure = $"{Where} refuses PUBLISH to {outgoing.Topic}: {result.ReasonCode}. Let this gateway's user write there.";
        }
    }

    T Wait<T>(Func<CancellationToken, Task<T>> ask, string what)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        late.CancelAfter(s_answer);
        try
        {
            return ask(late.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            throw new IOException($"{Where} does not answer {what} within {s_answer.TotalSeconds:F0} s.");
        }
        catch (Exception e) when (e is MqttCommunicationException or MqttProtocolViolationException or InvalidOperationException
            or ConnectException or IOException or System.Net.Sockets.SocketException)
        {
            throw new IOException(LinkOptions.Sentence(Where, e), e);
        }
    }

    string Where => FormattableString.Invariant($"{_broker.Host}:{_broker.Port}");

    sealed record Outgoing(string Topic, byte[] Payload, bool IsRetained, Action Confirmed);
}
