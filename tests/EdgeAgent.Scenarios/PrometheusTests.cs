using System.Text.Json;
using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>Debian's Prometheus scrapes the native binary, and its promtool finds nothing to complain about.</summary>
public sealed class PrometheusTests
{
    static readonly string s_folder = Path.Combine(Repository.Cache, "prometheus", "usr", "bin");

    [Fact]
    public async Task A_real_Prometheus_scrapes_and_its_rules_and_metrics_are_good()
    {
        Assert.SkipUnless(File.Exists(Path.Combine(s_folder, "prometheus")),
            "no Prometheus: scripts/setup unpacks Debian's into the cache");
        using var workspace = new Workspace();
        var (metrics, page, server) = (Workspace.FreePort(), Workspace.FreePort(), Workspace.FreePort());
        var config = workspace.Write("agent.yaml", $$"""
            agent: { id: gw-prometheus, data_dir: {{workspace["data"]}} }
            sources:
              plant:
                type: mqtt
                url: mqtt://127.0.0.1:1
                client_id: gw-prometheus
                subscriptions: [{ topic: "s/{device}/{metric}", decode: { format: json, value: $.v, time: { path: $.ts } } }]
            pipelines: { p: { from: [plant], to: [out] } }
            outputs: { out: { type: file, path: {{workspace["out.jsonl"]}} } }
            telemetry: { prometheus: { listen: "127.0.0.1:{{metrics}}" } }
            status: { listen: "127.0.0.1:{{page}}" }

            """);
        using var agent = new Child(Repository.Agent, ["run", config, "--log", "text"]);
        agent.WaitFor(l => l.Contains("runs as", StringComparison.Ordinal), "the start");
        using var client = new HttpClient();
        foreach (var accept in (string[])["text/plain", "application/openmetrics-text"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{metrics}/metrics");
            request.Headers.TryAddWithoutValidation("Accept", accept);
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Contains("edgeagent_source_connected{source=\"plant\"} 0", text, StringComparison.Ordinal);
            if (accept != "text/plain") continue;
            var file = workspace.Write("metrics.txt", text);
            using var check = new Child("sh", ["-c", "exec \"$0\" check metrics <\"$1\"", Path.Combine(s_folder, "promtool"), file]);
            Assert.Equal(0, check.WaitForEnd());
            Assert.Empty(check.Text);
        }

        var html = await client.GetStringAsync($"http://127.0.0.1:{page}/", TestContext.Current.CancellationToken);
        Assert.Contains("<title>EdgeAgent</title>", html, StringComparison.Ordinal);
        using var rules = new Child(Path.Combine(s_folder, "promtool"),
            ["test", "rules", Path.Combine(Repository.Root, "configs", "central", "alerts.test.yml")]);
        Assert.Equal(0, rules.WaitForEnd());

        var scrape = workspace.Write("prometheus.yml", $$"""
            global: { scrape_interval: 1s, evaluation_interval: 1s }
            rule_files: ["{{Path.Combine(Repository.Root, "configs", "central", "alerts.rules.yml")}}"]
            scrape_configs: [{ job_name: edge-agent, static_configs: [{ targets: ["127.0.0.1:{{metrics}}"] }] }]

            """);
        using var prometheus = new Child(Path.Combine(s_folder, "prometheus"),
            [$"--config.file={scrape}", $"--storage.tsdb.path={workspace["tsdb"]}", $"--web.listen-address=127.0.0.1:{server}"]);
        prometheus.WaitFor(l => l.Contains("ready to receive web requests", StringComparison.Ordinal), "Prometheus");
        Assert.Equal("1", await Value(client, server, "up{job=\"edge-agent\"}"));
        Assert.Equal("0", await Value(client, server, "edgeagent_source_connected{source=\"plant\"}"));
        Assert.Equal(0, agent.Stop());
    }

    /// <summary>The value of a query once it has one, within a minute.</summary>
    static async Task<string?> Value(HttpClient client, int port, string query)
    {
        for (var i = 0; i < 300; i++)
        {
            var text = await client.GetStringAsync($"http://127.0.0.1:{port}/api/v1/query?query={Uri.EscapeDataString(query)}",
                TestContext.Current.CancellationToken);
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.GetProperty("data").GetProperty("result") is { } result && result.GetArrayLength() > 0)
                return result[0].GetProperty("value")[1].GetString();
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }

        return null;
    }
}
