using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>An MQTT client nobody here wrote (MQTTnet), for judging ours; on loopback, plain or with a client certificate.</summary>
sealed class IndependentClient : IDisposable
{
    readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    readonly ConcurrentQueue<MqttApplicationMessage> _messages = new();
    readonly SemaphoreSlim _came = new(0);

    /// <summary>Connects; <paramref name="will"/> is sent by the broker when the connection just ends.</summary>
    public IndependentClient(int port, string protocol, Certificates? certificates = null, (string Topic, string Payload)? will = null)
    {
        var options = new MqttClientOptionsBuilder().WithTcpServer(certificates is null ? "127.0.0.1" : "localhost", port)
            .WithClientId("independent-" + Guid.NewGuid().ToString("n")[..8])
            .WithProtocolVersion(protocol == "v5" ? MqttProtocolVersion.V500 : MqttProtocolVersion.V311);
        if (certificates is not null)
            options.WithTlsOptions(
                t => t.UseTls().WithTargetHost("localhost").WithTrustChain(X509CertificateLoaderOf(certificates.Authority))
                    .WithClientCertificates([X509Certificate2.CreateFromPemFile(certificates.Client, certificates.ClientKey)]));
        if (will is var (topic, payload))
            options.WithWillTopic(topic).WithWillPayload(payload).WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
        _client.ApplicationMessageReceivedAsync += e =>
        {
            _messages.Enqueue(e.ApplicationMessage);
            _came.Release();
            return Task.CompletedTask;
        };
        Wait(_client.ConnectAsync(options.Build()));
    }

    /// <summary>How many messages came that <see cref="Next"/> has not given.</summary>
    public int Waiting => _messages.Count;

    /// <summary>Subscribes and waits for the broker's answer.</summary>
    public IndependentClient Subscribe(string filter, int qos = 1)
    {
        Wait(_client.SubscribeAsync(filter, (MqttQualityOfServiceLevel)qos));
        return this;
    }

    /// <summary>Publishes and waits for the end of the handshake.</summary>
    public void Publish(string topic, string payload, int qos = 1) =>
        Wait(_client.PublishStringAsync(topic, payload, (MqttQualityOfServiceLevel)qos));

    /// <summary>The next message.</summary>
    public MqttApplicationMessage Next(int seconds = 60)
    {
        if (!_came.Wait(seconds * 1000)) throw new TimeoutException($"no message within {seconds} s");
        return _messages.TryDequeue(out var message) ? message : throw new InvalidOperationException("two threads read");
    }

    /// <summary>Says goodbye, after which no will is sent.</summary>
    public void Disconnect() => Wait(_client.DisconnectAsync());

    /// <summary>Ends the connection without a word, where it still is.</summary>
    public void Dispose()
    {
        _client.Dispose();
        _came.Dispose();
    }

    static X509Certificate2Collection X509CertificateLoaderOf(string path)
    {
        var trusted = new X509Certificate2Collection();
        trusted.ImportFromPemFile(path);
        return trusted;
    }

    static void Wait(Task task)
    {
        if (!task.Wait(30_000)) throw new TimeoutException("the broker did not answer MQTTnet within 30 s");
    }
}
