using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Network;
using EdgeAgent.Scenarios.Harness;
using MQTTnet;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>Our MQTT judged by a client and a broker that others wrote: MQTTnet publishes what the native binary reads and receives
/// what it sends, over mosquitto.</summary>
public sealed class IndependentClientTests
{
    public static TheoryData<string, bool> Ways => new() { { "v5", false }, { "v3.1.1", false }, { "v5", true }, { "v3.1.1", true } };

    [Theory, MemberData(nameof(Ways))]
    public void What_an_independent_client_publishes_comes_back_to_it_once_and_in_order(string protocol, bool tls)
    {
        using var workspace = new Workspace();
        var certificates = tls ? new Certificates(workspace) : null;
        using var broker = Broker(workspace, certificates);
        using var judge = new IndependentClient(broker.Port, protocol, certificates).Subscribe("out/#");
        using var sensor = new IndependentClient(broker.Port, protocol, certificates);
        using var agent = Start(workspace, broker, protocol, certificates);
        const int each = 200;
        for (var n = 1; n <= each; n++)
            for (var device = 0; device < 3; device++)
                sensor.Publish($"sensors/p7/d{device}/temperature", Sensors.Payload(Configuration.StartMs + n * 1000, n), qos: device);

        var next = new double[3];
        for (var i = 0; i < 3 * each; i++)
        {
            var message = judge.Next();
            var device = message.Topic["out/d".Length] - '0';
            Assert.Equal(++next[device], Value(message));
            Assert.Equal(protocol == "v5", message.UserProperties?.Count > 0);
        }

        Assert.All(next, n => Assert.Equal(each, n));
        agent.Stop();
        Assert.Equal(0, judge.Waiting);
        agent.AssertNoErrors();
    }

    [Theory, MemberData(nameof(Ways))]
    public void The_will_of_an_independent_client_is_a_reading_and_a_goodbye_is_none(string protocol, bool tls)
    {
        using var workspace = new Workspace();
        var certificates = tls ? new Certificates(workspace) : null;
        using var broker = Broker(workspace, certificates);
        using var judge = new IndependentClient(broker.Port, protocol, certificates).Subscribe("out/#");
        using var agent = Start(workspace, broker, protocol, certificates);
        (string, string) Will(int value) => ("sensors/p7/d0/temperature", Sensors.Payload(Configuration.StartMs, value));
        using (var polite = new IndependentClient(broker.Port, protocol, certificates, Will(1))) polite.Disconnect();
        using (new IndependentClient(broker.Port, protocol, certificates, Will(2)))
        {
            // Its socket just ends.
        }

        Assert.Equal(2, Value(judge.Next()));
        agent.Stop();
        Assert.Equal(0, judge.Waiting);
        agent.AssertNoErrors();
    }

    [Theory, MemberData(nameof(Ways))]
    public void The_will_of_our_client_reaches_an_independent_one_and_a_goodbye_sends_none(string protocol, bool tls)
    {
        using var workspace = new Workspace();
        var certificates = tls ? new Certificates(workspace) : null;
        using var broker = Broker(workspace, certificates);
        using var judge = new IndependentClient(broker.Port, protocol, certificates).Subscribe("state/#");
        MqttConnection Connect(string name) => MqttConnection.Connect(new EdgeAgent.Mqtt.Client.MqttClientOptions
        {
            Host = tls ? "localhost" : "127.0.0.1",
            Port = broker.Port,
            ClientId = name,
            Version = protocol == "v5" ? MqttVersion.V500 : MqttVersion.V311,
            Tls = certificates is null ? null
                : new TlsOptions { CaFile = certificates.Authority, CertFile = certificates.Client, KeyFile = certificates.ClientKey },
            Will = new MqttWill { Topic = $"state/{name}", Payload = "gone ☹"u8.ToArray(), Qos = 1 },
        }, CancellationToken.None);
        using (var polite = Connect("polite")) polite.Disconnect();
        Connect("cut").Dispose();
        var message = judge.Next();
        Assert.Equal("state/cut", message.Topic);
        Assert.Equal("gone ☹", message.ConvertPayloadToString());
        Assert.Equal(0, judge.Waiting);
    }

    [Theory]
    [InlineData("v5")]
    [InlineData("v3.1.1")]
    public void An_agent_and_an_independent_client_share_a_subscription(string protocol)
    {
        using var workspace = new Workspace();
        using var broker = Broker(workspace, null);
        using var judge = new IndependentClient(broker.Port, protocol).Subscribe("out/#");
        using var other = new IndependentClient(broker.Port, protocol).Subscribe("$share/plant/sensors/+/+/+");
        using var agent = Start(workspace, broker, protocol, null, share: "share: plant");
        using var publisher = new Publisher(broker.Port);
        const int count = 1000;
        for (var n = 1; n <= count; n++)
            publisher.Publish("sensors/p7/d0/temperature", Sensors.Payload(Configuration.StartMs + n * 1000, n));
        publisher.Flush();
        var values = new List<double>();
        var byOther = 0;
        for (var until = Environment.TickCount64 + 60_000; values.Count < count && Environment.TickCount64 < until;)
        {
            if (other.Waiting > 0)
            {
                values.Add(Value(other.Next()));
                byOther++;
            }
            else if (judge.Waiting > 0) values.Add(Value(judge.Next()));
            else Thread.Yield();
        }

        Assert.Equal(Enumerable.Range(1, count).Select(n => (double)n), values.Order());
        Assert.InRange(byOther, 1, count - 1);
        agent.Stop();
        Assert.Equal(0, judge.Waiting + other.Waiting);
        agent.AssertNoErrors();
    }

    static Mosquitto Broker(Workspace workspace, Certificates? certificates) => new(workspace, certificates is null ? "" : $"""
        cafile {certificates.Authority}
        certfile {certificates.Server}
        keyfile {certificates.ServerKey}
        require_certificate true
        """);

    // Reads sensors/… and publishes each reading to out/{device}, both over the same way.
    static Agent Start(Workspace workspace, Mosquitto broker, string protocol, Certificates? certificates, string share = "")
    {
        var tls = certificates is null ? ""
            : $"tls: {{ ca_file: {certificates.Authority}, cert_file: {certificates.Client}, key_file: {certificates.ClientKey} }}";
        var (scheme, host) = certificates is null ? ("mqtt", "127.0.0.1") : ("mqtts", "localhost");
        var source = Configuration.Source("plant", broker.Port, "gw-test", qos: 2, more: $"protocol: {protocol}\n        {tls}",
            scheme: scheme, host: host);
        var agent = new Agent(workspace.Write("agent.yaml", $$"""
            agent: { id: gw-test, data_dir: {{workspace["data"]}} }
            sources:
            {{source.Replace("qos: 2", $"qos: 2\n            {share}", StringComparison.Ordinal)}}
            pipelines:
              all: { from: [plant], to: [panel] }
            outputs:
              panel:
                type: mqtt
                url: {{scheme}}://{{host}}:{{broker.Port}}
                topic: "out/{device}"
                protocol: {{protocol}}
                {{tls}}
            commit: { interval: 50ms, min_gap: 20ms }

            """)).Start();
        agent.WaitFor("subscribed to");
        return agent;
    }

    static double Value(MqttApplicationMessage message)
    {
        var payload = Encoding.UTF8.GetString(message.Payload);
        return JsonDocument.Parse(payload).RootElement.TryGetProperty("value", out var value) ? value.GetDouble()
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"no value in {payload}"));
    }
}
