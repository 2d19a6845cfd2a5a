using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>Alerts of the native binary at an HTTP server that goes, comes back and is busy.</summary>
public sealed class WebhookTests
{
    [Fact]
    public void An_alert_reaches_a_server_that_goes_and_comes_back_and_repeats_have_one_identity()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        using var hook = new HttpHook().Up();
        var config = Write(workspace, broker, kafka, hook);
        using var agent = new Agent(config).Start();
        agent.WaitFor("subscribed to");
        using var publisher = new Publisher(broker.Port);
        var time = Configuration.StartMs;
        void Alerts(int count)
        {
            // Each one opens and closes: two records.
            for (var i = 0; i < 2 * count; i++) publisher.Publish("sensors/p7/d1/temperature", Sensors.Payload(time++, i % 2 == 0 ? 9 : 1));
            publisher.Flush();
        }

        Alerts(1);
        var first = hook.WaitFor(r => r.Count == 2, "the first alert");
        Assert.Contains("\"alert\":\"opened\"", first[0].Body);
        Assert.Contains("\"alert\":\"closed\"", first[1].Body);
        Assert.All(first, r => Assert.Equal(("gw-test", "edgeagent.alert"), (r.Source, r.Type)));
        Assert.Contains("POST /alerts?room=7 HTTP/1.1\r\n", first[0].Head);
        Assert.Contains("\r\nAuthorization: Bearer t0p\r\n", first[0].Head);

        hook.Down();
        Alerts(20);
        agent.WaitForStatus(s => s.Output().Number("backlog_records") == 40, "a backlog");
        agent.WaitForStatus(s => s.Output().Text("state") == "failing" && s.Output().Text("last_error").Contains("Nothing listens on"),
            "the output's trouble");
        agent.Kill();
        agent.Start();
        Assert.Equal(40, agent.Status().Output().Number("backlog_records"));
        // Back, but busy, and once it takes a record and does not say so.
        hook.Answer = n => n % 7 == 3 ? "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
            : n % 11 == 5 ? null
            : "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
        hook.Up();
        Alerts(5);
        var all = hook.WaitFor(r => r.Select(x => x.Id).Distinct().Count() == 52, "all alerts", 120);
        agent.WaitForStatus(s => s.Output().Number("backlog_records") == 0 && s.Output().Text("state") == "connected",
            "an empty outbox", 120);

        var records = kafka.WaitFor(r => r.Select(x => x.Id).Distinct().Count() >= 52, "the same alerts in Kafka");
        // In order, each at least once, a repeat with the same bytes.
        Assert.Equal(records.DistinctBy(r => r.Id).Select(r => r.Headers["ce_id"]), all.Select(r => r.Id).Distinct());
        Assert.True(all.Count > 52);
        Assert.All(all.GroupBy(r => r.Id), g => Assert.Single(g.Select(r => r.Body).Distinct()));
        Assert.Equal(records.DistinctBy(r => r.Id).Select(r => r.Value), all.DistinctBy(r => r.Id).Select(r => r.Body));
        Assert.Equal(0, agent.Status().Output().Number("rejected"));
        Assert.DoesNotContain("t0p", agent.Text);
        Assert.DoesNotContain("room=7", agent.Text);
        agent.Stop();
        agent.AssertNoErrors();
    }

    [Fact]
    public void What_the_server_will_never_take_is_rejected_and_counted_and_a_redirect_is_not_followed()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        using var hook = new HttpHook { Answer = n => n == 0 ? "HTTP/1.1 422 No\r\nContent-Length: 0\r\n\r\n"
            : "HTTP/1.1 308 Moved\r\nLocation: http://127.0.0.1:1/elsewhere\r\nContent-Length: 0\r\n\r\n" }.Up();
        using var agent = new Agent(Write(workspace, broker, kafka, hook)).Start();
        agent.WaitFor("subscribed to");
        using var publisher = new Publisher(broker.Port);
        publisher.Publish("sensors/p7/d1/temperature", Sensors.Payload(Configuration.StartMs, 9));
        publisher.Publish("sensors/p7/d1/temperature", Sensors.Payload(Configuration.StartMs + 1, 1));
        publisher.Flush();
        var status = agent.WaitForStatus(s => s.Output().Text("last_error").Contains("308"), "the redirect's line");
        Assert.Contains("answers 308 to http://127.0.0.1:1/elsewhere. A redirect is not followed", status.Output().Text("last_error"));
        hook.Answer = _ => "HTTP/1.1 204 No Content\r\n\r\n";
        status = agent.WaitForStatus(s => s.Output().Number("backlog_records") == 0, "the held one delivered");
        Assert.Equal((1, 1), (status.Output().Number("rejected"), status.Output().Number("confirmed")));
        Assert.Equal(2, hook.Requests.Select(r => r.Id).Distinct().Count());
        agent.Stop();
    }

    static string Write(Workspace workspace, Mosquitto broker, Kafka kafka, HttpHook hook)
    {
        var token = workspace.Write("token", "Bearer t0p");
        var config = Configuration.Write(workspace, broker, kafka, commit: "{ interval: 100ms }", pipelines: """
              watch:
                from: [plant]
                stages:
                  - score: { model: m, threshold: { constant: 5 } }
                to: [central, hook]
            """);
        var output = $"  hook: {{ type: webhook, url: \"http://127.0.0.1:{hook.Port}/alerts?room=7\", headers: {{ Authorization: "
            + $"\"${{file:{token}}}\" }} }}\n";
        File.WriteAllText(config, File.ReadAllText(config).Replace("outputs:\n", "outputs:\n" + output)
            + $"models:\n  m: {{ file: {Path.Combine(Repository.Root, "tests", "models", "gain1.onnx")}, budget: 5s }}\n");
        return config;
    }
}
