using System.Collections.Concurrent;
using System.Security.Cryptography;
using EdgeAgent.Core.Settings;
using EdgeAgent.Fleets.Link;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Network;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;

namespace EdgeAgent.Fleets.Managing;

/// <summary>A broker over MQTT, 5.0 or 3.1.1, by MQTTnet.</summary>
/// <remarks>Its session ends with the connection: all a manager has to know is retained. What came waits in memory until it is
/// taken.</remarks>
sealed class MqttBroker : IFleetBroker
{
    static readonly TimeSpan s_answer = TimeSpan.FromSeconds(20);
    static readonly TimeSpan s_again = TimeSpan.FromSeconds(2);

    readonly BrokerSettings _settings;
    readonly Action<string> _says;
    readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    readonly MqttClientOptions _options;
    readonly BlockingCollection<BrokerMessage> _messages = [];
    readonly List<string> _filters = [];
    bool _isLost;

    MqttBroker(BrokerSettings settings, Action<string> says)
    {
        var id = settings.ClientId ?? $"fleet-manager-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        _options = LinkOptions.Of(settings with { ClientId = id }, s_answer, new LinkBytes());
        (_settings, _says) = (settings, says);
        _client.ApplicationMessageReceivedAsync += e =>
        {
            var message = e.ApplicationMessage;
            _messages.Add(new(message.Topic, System.Buffers.BuffersExtensions.ToArray(message.Payload), message.Retain));
            return Task.CompletedTask;
        };
    }

    /// <summary>Connects.</summary>
    /// <param name="settings">The broker.</param>
    /// <param name="says">Hears when the connection is lost and when it is back.</param>
    /// <exception cref="IOException">It cannot; the message says why.</exception>
    public static MqttBroker Connect(BrokerSettings settings, Action<string> says)
    {
        var broker = new MqttBroker(settings, says);
        try
        {
            broker.Connect();
            return broker;
        }
        catch (IOException)
        {
            broker.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Subscribe(params IReadOnlyList<string> filters)
    {
        _filters.AddRange(filters);
        Send(filters);
    }

    /// <inheritdoc/>
    public void Publish(string topic, ReadOnlyMemory<byte> payload, bool isRetained)
    {
        Return();
        var message = new MqttApplicationMessage
        {
            Topic = topic, Payload = new(payload), Retain = isRetained, QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        };
        var result = Wait(stop => _client.PublishAsync(message, stop), $"PUBLISH to {topic}");
        if (!result.IsSuccess && result.ReasonCode != MqttClientPublishReasonCode.NoMatchingSubscribers)
            throw new IOException($"{Where} refuses PUBLISH to {topic}: {result.ReasonCode} {ServerSaid.Clean(result.ReasonString ?? "")}. "
                + "Let this user write there.");
    }

    /// <inheritdoc/>
    public bool TryTake(TimeSpan wait, out BrokerMessage message)
    {
        if (_messages.TryTake(out message)) return true;
        try
        {
            Return();
        }
        catch (IOException error)
        {
            if (!_isLost) _says($"{error.Message} Trying again every {s_again.TotalSeconds:F0} s.");
            _isLost = true;
            Thread.Sleep(wait < s_again ? wait : s_again);
        }

        return _messages.TryTake(out message, wait);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _messages.Dispose();
    }

    string Where => $"{_settings.Host}:{_settings.Port}";

    /// <summary>Connects again where the connection has ended.</summary>
    void Return()
    {
        if (_client.IsConnected) return;
        Connect();
        if (_filters.Count > 0) Send(_filters);
        if (_isLost) _says($"connected to {Where} again");
        _isLost = false;
    }

    void Connect()
    {
        var result = Wait(stop => _client.ConnectAsync(_options, stop), "CONNECT");
        if (result.ResultCode != MqttClientConnectResultCode.Success)
            throw new IOException(LinkOptions.Refused(Where, result).Message);
    }

    void Send(IReadOnlyList<string> filters)
    {
        var options = new MqttClientSubscribeOptions();
        foreach (var filter in filters) options.TopicFilters.Add(new() { Topic = filter,
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce });
        var result = Wait(stop => _client.SubscribeAsync(options, stop), "SUBSCRIBE");
        foreach (var item in result.Items)
            if (item.ResultCode > MqttClientSubscribeResultCode.GrantedQoS2)
                throw new IOException(
                    $"{Where} refuses SUBSCRIBE to {item.TopicFilter.Topic}: {item.ResultCode}. Let this user read there.");
    }

    T Wait<T>(Func<CancellationToken, Task<T>> ask, string what)
    {
        using var late = new CancellationTokenSource(s_answer);
        try
        {
            return ask(late.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            throw new IOException($"{Where} does not answer {what} within {s_answer.TotalSeconds:F0} s.");
        }
        catch (Exception e) when (e is MqttCommunicationException or InvalidOperationException or ConnectException
            or System.Net.Sockets.SocketException)
        {
            // MQTTnet's client says so of itself while it is on its way between two states.
            throw new IOException(e is InvalidOperationException ? $"{Where} has ended the connection."
                : LinkOptions.Sentence(Where, e), e);
        }
    }
}
