using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>Both protocol versions, TLS with both sides' certificates, and a session that waits for its agent.</summary>
public sealed class ProtocolTests
{
    [Theory]
    [InlineData("v5", false)]
    [InlineData("v3.1.1", false)]
    [InlineData("v5", true)]
    [InlineData("v3.1.1", true)]
    public void What_the_broker_queued_while_the_agent_was_away_arrives_once(string protocol, bool tls)
    {
        using var workspace = new Workspace();
        var certificates = tls ? new Certificates(workspace) : null;
        var plainPort = Workspace.FreePort();
        using var broker = new Mosquitto(workspace, certificates is null ? "" : $"""
            cafile {certificates.Authority}
            certfile {certificates.Server}
            keyfile {certificates.ServerKey}
            require_certificate true
            listener {plainPort} 127.0.0.1
            """);
        using var kafka = new Kafka();
        var source = $"protocol: {protocol}";
        if (certificates is not null) source += $"\n        tls: {{ ca_file: {certificates.Authority}, cert_file: {certificates.Client}, key_file: {certificates.ClientKey} }}";
        using var agent = new Agent(Configuration.Write(workspace, broker, kafka,
            sources: Configuration.Source("plant", broker.Port, "gw-test", more: source, scheme: tls ? "mqtts" : "mqtt", host: tls ? "localhost" : "127.0.0.1"))).Start();
        agent.WaitFor("subscribed to");
        var truth = new Truth(10_000);
        var sensors = new Sensors(truth);
        using var publisher = new Publisher(tls ? plainPort : broker.Port);
        sensors.Publish(publisher, 1_000);
        publisher.Flush();
        agent.WaitForStatus(s => s.Source().Number("readings") > 0, "readings");
        agent.Stop();
        sensors.Publish(publisher, 3_000);
        sensors.Close(publisher);
        agent.Start();
        agent.WaitFor("the broker resumed the session");
        truth.Judge(kafka.WaitFor(r => truth.IsReached(r, Sensors.Group), "all summaries", hint: () => agent.Text + agent.Status()), Sensors.Group);
        agent.AssertNoErrors();
        agent.Stop();
    }
}
