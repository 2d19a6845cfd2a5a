using System.Text;
using System.Text.Json;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Network;
using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>Commands by a real broker to simulated devices on a pseudo terminal, with the native binary on both sides.</summary>
public sealed class CommandTests
{
    [Fact]
    public void A_command_is_written_answered_and_refused_where_it_must_be()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        var bus = workspace["bus"];
        var profile = workspace.Write("heater.yaml", """
            model: heater
            source: this test
            registers:
              - { metric: temperature, address: 0, type: f32, min: 10, max: 90 }
              - { metric: serial, address: 10, type: text, length: 6 }
            """);
        using var devices = new Child(Repository.Agent, ["simulate", "modbus", "--profile", profile, "--unit", "1", "--link", bus]);
        devices.WaitFor(l => l == bus, "the simulated bus");
        using var agent = new Agent(workspace.Write("agent.yaml", $$"""
            agent: { id: gw-test, data_dir: {{workspace["data"]}} }
            sources:
              bus:
                type: modbus
                line: { path: {{bus}}, baud: 19200 }
                answer_timeout: 200ms
                max_backoff: 1s
                units:
                  - { unit: 1, device: heater, interval: 50ms, profile: {{profile}}, registers: [{ metric: setpoint, address: 100, type: i16, scale: 0.1 }] }
                  - { unit: 9, device: dead, interval: 10s, registers: [{ metric: none, address: 0 }] }
                commands:
                  url: mqtt://127.0.0.1:{{broker.Port}}
                  topic: plant/commands
                  answers: plant/answers
                  max_age: 30s
                  writes:
                    - { name: setpoint, device: heater, metric: setpoint, min: 5, max: 80 }
                    - { name: pump, device: heater, register: { table: coil, address: 3 } }
                    - { name: dead, device: dead, metric: none, min: 0, max: 1 }
            pipelines:
              all: { from: [bus], to: [out] }
            outputs:
              out: { type: file, path: {{workspace["out.jsonl"]}} }
            commit: { interval: 200ms }

            """)).Start();
        agent.WaitFor("commands are taken from plant/commands");
        using var panel = new Panel(broker.Port);

        panel.Publish("""{"id":"before","write":"setpoint","value":60}""", retain: true);
        Assert.Contains("retained", panel.Next("before").Text("error"), StringComparison.Ordinal);

        panel.Publish("""{"id":"c-1","write":"setpoint","value":42.53}""", correlation: "k");
        var done = panel.Next("c-1");
        Assert.Equal("done", done.Text("result"));
        Assert.Equal(42.5, done.GetProperty("read_back").GetDouble(), 9);
        Assert.Equal("k", panel.Correlation);

        // The same again writes nothing and gets the same answer; another value under its id is refused.
        panel.Publish("""{"id":"c-1","write":"setpoint","value":42.53}""");
        Assert.Equal("done", panel.Next("c-1").Text("result"));
        panel.Publish("""{"id":"c-1","write":"setpoint","value":43}""");
        Assert.Equal("refused", panel.Next("c-1").Text("result"));

        panel.Publish("""{"id":"high","write":"setpoint","value":80.1}""");
        Assert.Contains("above the maximum 80", panel.Next("high").Text("error"), StringComparison.Ordinal);
        panel.Publish("""{"id":"name","write":"reset","value":1}""");
        Assert.Contains("no write of this name", panel.Next("name").Text("error"), StringComparison.Ordinal);
        panel.Publish("nonsense");
        Assert.Contains("not one JSON object", panel.Next(null).Text("error"), StringComparison.Ordinal);
        panel.Publish("""{"id":"pump","write":"pump","value":true}""");
        Assert.Equal("done", panel.Next("pump").Text("result"));
        panel.Publish("""{"id":"dead","write":"dead","value":1}""");
        var dead = panel.Next("dead");
        Assert.Equal("unknown", dead.Text("result"));
        Assert.Contains("did not answer in time", dead.Text("error"), StringComparison.Ordinal);

        // Polling saw the written value and goes on beside all this.
        var status = agent.WaitForStatus(s => Commands(s).Number("done") == 2 && Commands(s).Number("waiting") == 0, "two commands done");
        Assert.Equal(6, Commands(status).Number("refused") + Commands(status).Number("unknown"));
        var readings = status.Source().Number("readings");
        agent.WaitForStatus(s => s.Source().Number("readings") > readings + 20, "readings after the commands");
        agent.AssertNoErrors();
        agent.Stop();
        Assert.Contains(File.ReadLines(workspace["out.jsonl"]),
            l => l.Contains("\"setpoint\"", StringComparison.Ordinal) && l.Contains("42.5", StringComparison.Ordinal));
        Assert.DoesNotContain(File.ReadLines(workspace["out.jsonl"]),
            l => l.Contains("\"setpoint\"", StringComparison.Ordinal) && l.Contains("\"value\":60", StringComparison.Ordinal));

        // A text register is a label of every reading of its unit.
        Assert.All(File.ReadLines(workspace["out.jsonl"]), l => Assert.Contains("\"serial\":\"SIM-SERIAL\"", l, StringComparison.Ordinal));

        // The registers themselves, by another program once the bus is free.
        var (code, text) = Agent.Command("modbus", "read", bus, "--address", "100", "--type", "i16");
        Assert.True(code == 0, text);
        Assert.Contains("= 425", text, StringComparison.Ordinal);
        Assert.Contains("= 1", Agent.Command("modbus", "read", bus, "--table", "coil", "--address", "3").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Commands_while_the_bus_or_the_agent_is_away_are_refused_or_forgotten()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        var port = workspace["port"];
        using var agent = new Agent(workspace.Write("agent.yaml", $$"""
            agent: { id: gw-test, data_dir: {{workspace["data"]}} }
            sources:
              line:
                type: serial
                line: { path: {{port}} }
                decode: { format: regex, pattern: 'T(?<temperature>\d+)' }
                commands: { url: "mqtt://127.0.0.1:{{broker.Port}}", topic: c, answers: a, writes: [{ name: rate, text: "RATE {value}", min: 1, max: 10 }] }
            pipelines:
              all: { from: [line], to: [out] }
            outputs:
              out: { type: file, path: {{workspace["out.jsonl"]}} }

            """)).Start();
        agent.WaitFor("commands are taken from c");
        using var panel = new Panel(broker.Port, "c", "a");
        panel.Publish("""{"id":1,"write":"rate","value":2}""");
        Assert.Contains("does not exist", panel.Next("1").Text("error"), StringComparison.Ordinal);

        // Published while the agent is dead: never carried out.
        agent.Kill();
        panel.Publish("""{"id":2,"write":"rate","value":2}""");
        using var device = new Child("socat", ["-x", $"pty,raw,echo=0,link={port}", "PIPE"]);
        SpinWait.SpinUntil(() => File.Exists(port), 30_000);
        agent.Start().WaitFor("commands are taken from c");
        agent.WaitForStatus(s => s.Source().Text("state") == "reading", "the port");
        panel.Publish("""{"id":1,"write":"rate","value":3.6}""");
        var sent = panel.Next("1");
        Assert.Equal(("sent", 4.0), (sent.Text("result"), sent.GetProperty("written").GetDouble()));
        device.WaitFor(l => l.Contains("52 41 54 45 20 34 0d 0a", StringComparison.Ordinal), "RATE 4 on the line");
        Assert.DoesNotContain("52 41 54 45 20 32", device.Text, StringComparison.Ordinal);
        agent.AssertNoErrors();
        agent.Stop();
    }

    static JsonElement Commands(JsonElement status) => status.Source().GetProperty("commands");

    /// <summary>An operator's panel: publishes commands and reads answers.</summary>
    sealed class Panel : IDisposable
    {
        readonly MqttConnection _connection;
        readonly string _topic;
        ushort _id = 1;

        public Panel(int port, string topic = "plant/commands", string answers = "plant/answers")
        {
            _topic = topic;
            _connection = MqttConnection.Connect(new MqttClientOptions { Host = "127.0.0.1", Port = port, ClientId = "panel" },
                CancellationToken.None);
            _connection.Subscribe(1, new MqttSubscription(answers, 1));
        }

        public string Correlation { get; private set; } = "";

        public void Publish(string command, bool retain = false, string correlation = "")
        {
            var properties = new PropertyList();
            if (correlation.Length > 0) properties.Add(PropertyId.CorrelationData, Encoding.UTF8.GetBytes(correlation).AsSpan());
            var result = _connection.Publish(new PublishPacket
            {
                Topic = Encoding.UTF8.GetBytes(_topic),
                Payload = Encoding.UTF8.GetBytes(command),
                Qos = 1,
                Retain = retain,
                PacketId = ++_id,
                Properties = properties.Encoded,
            });
            Assert.Equal(SendResult.Accepted, result);
        }

        public JsonElement Next(string? id)
        {
            for (var until = Environment.TickCount64 + 30_000; Environment.TickCount64 < until;)
            {
                while (_connection.TryNext(out var packet))
                {
                    if (packet.Kind != PacketType.Publish) continue;
                    var answer = JsonDocument.Parse(packet.Payload.ToArray()).RootElement;
                    Correlation = packet.Properties.TryGetBytes(PropertyId.CorrelationData, out var data) ? Encoding.UTF8.GetString(data)
                        : "";
                    if (packet.Qos > 0) _connection.PubAck([packet.PacketId]);
                    Assert.Equal(id, answer.TryGetProperty("id", out var seen) ? seen.GetString() : null);
                    return answer;
                }

                Assert.NotEqual(FillResult.Closed, _connection.Fill(1000));
            }

            throw new TimeoutException("no answer");
        }

        public void Dispose()
        {
            _connection.Disconnect();
            _connection.Dispose();
        }
    }
}
