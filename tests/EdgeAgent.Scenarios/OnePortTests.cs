using System.Text.Json;
using EdgeAgent.Scenarios.Harness;
using MQTTnet;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>Networks with one way out: MQTT in WebSockets over mosquitto's own listener, through a real HTTP proxy.</summary>
public sealed class OnePortTests
{
    [Fact]
    public void Readings_go_in_and_out_by_WebSockets_once_and_in_order()
    {
        using var workspace = new Workspace();
        var webSockets = Workspace.FreePort();
        using var broker = new Mosquitto(workspace, $"listener {webSockets} 127.0.0.1\nprotocol websockets");
        using var judge = new IndependentClient(broker.Port, "v5").Subscribe("out/#");
        using var agent = new Agent(Config(workspace, $"ws://127.0.0.1:{webSockets}", "", "")).Start();
        agent.WaitFor("subscribed to");
        using var publisher = new Publisher(broker.Port);
        const int count = 5000;
        for (var n = 1; n <= count; n++) Publish(publisher, n);
        // Larger than a frame of ours, and than any buffer at the start.
        publisher.Publish("large/p7/d0", $$"""{"ts":{{Configuration.StartMs}},"value":1,"filler":"{{new string('x', 200_000)}}"}""");
        publisher.Flush();
        Judge(judge, 1, count);
        agent.WaitForStatus(s => s.Source().Number("messages") == count + 1, "the large message");
        agent.Stop();
        Assert.Equal(0, judge.Waiting);
    }

    [Fact]
    public void A_proxy_with_a_password_lets_through_and_its_end_loses_nothing()
    {
        Assert.SkipUnless(Tinyproxy.IsHere, "no tinyproxy, or this machine's name is not on the loopback: scripts/setup installs it");
        using var workspace = new Workspace();
        var certificates = new Certificates(workspace);
        var (tls, plain) = (Workspace.FreePort(), Workspace.FreePort());
        using var broker = new Mosquitto(workspace, $"""
            listener {plain} 127.0.0.1
            protocol websockets
            listener {tls} 127.0.0.1
            protocol websockets
            certfile {certificates.Server}
            keyfile {certificates.ServerKey}
            """);
        using var proxy = new Tinyproxy(workspace, "topsecret", tls);
        using var judge = new IndependentClient(broker.Port, "v5").Subscribe("out/#");
        var password = workspace.Write("password", "wrong");
        var config = Config(workspace, $"wss://{Environment.MachineName}:{tls}/mqtt",
            $"tls: {{ ca_file: {certificates.Authority}, server_name: localhost, alpn: [http/1.1] }}",
            $"proxy: {{ url: \"http://127.0.0.1:{proxy.Port}\", username: gw, password: \"${{file:{password}}}\" }}");
        Assert.Contains("does not accept our user name and password", Check(config), StringComparison.Ordinal);
        workspace.Write("password", "topsecret");
        Assert.Contains($"over TLS by a WebSocket through the proxy 127.0.0.1:{proxy.Port}", Check(config), StringComparison.Ordinal);
        Assert.Contains("does not let us through", Check(Config(workspace, $"ws://{Environment.MachineName}:{plain}", "",
            $"proxy: {{ url: \"http://127.0.0.1:{proxy.Port}\", username: gw, password: \"${{file:{password}}}\" }}", "other.yaml")),
            StringComparison.Ordinal);

        using var agent = new Agent(config).Start();
        agent.WaitFor("subscribed to");
        using var publisher = new Publisher(broker.Port);
        for (var n = 1; n <= 300; n++) Publish(publisher, n);
        publisher.Flush();
        Judge(judge, 1, 300);
        proxy.Kill();
        for (var n = 301; n <= 600; n++) Publish(publisher, n);
        publisher.Flush();
        agent.WaitFor("The proxy is not reached");
        proxy.Start();
        Judge(judge, 301, 600);
        Assert.Contains($"CONNECT {Environment.MachineName}:{tls}", proxy.Log, StringComparison.Ordinal);
        agent.Stop();
        Assert.Equal(0, judge.Waiting);
    }

    static void Publish(Publisher publisher, int n) =>
        publisher.Publish("sensors/p7/d0/temperature", Sensors.Payload(Configuration.StartMs + n * 1000, n));

    static void Judge(IndependentClient judge, int first, int last)
    {
        for (var n = first; n <= last; n++)
        {
            using var json = JsonDocument.Parse(judge.Next().ConvertPayloadToString());
            Assert.Equal(n, json.RootElement.GetProperty("value").GetDouble());
        }
    }

    static string Check(string config)
    {
        using var check = new Child(Repository.Agent, ["check", "--connect", config]);
        check.WaitForEnd();
        return check.Text;
    }

    static string Config(Workspace workspace, string url, string tls, string more, string name = "agent.yaml") => workspace.Write(name, $$"""
        agent: { id: gw-port, data_dir: {{workspace["data"]}} }
        sources:
          plant:
            type: mqtt
            url: {{url}}
            client_id: gw-port
            {{tls}}
            subscriptions:
              - topic: sensors/{site}/{device}/{metric}
                decode: { format: json, value: $.value, time: { path: $.ts, unit: ms } }
              - topic: large/{site}/{device}
                decode: { format: json, value: $.value, metric: large, time: { path: $.ts, unit: ms } }
        pipelines:
          small: { from: [plant], stages: [{ keep: { metric: temperature } }], to: [back] }
        outputs:
          back: { type: mqtt, url: "{{url}}", topic: "out/{device}", qos: 1{{(tls.Length > 0 ? ", " + tls : "")}} }
        commit: { interval: 200ms }
        {{more}}

        """);
}
