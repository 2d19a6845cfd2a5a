using EdgeAgent.Clocks;
using EdgeAgent.Configuration;
using EdgeAgent.Host;
using EdgeAgent.Reloads;
using EdgeAgent.Tests.Storage;
using Xunit;

namespace EdgeAgent.Tests.Reloads;

/// <summary>Reloads of an agent in this process, whose broker does not answer.</summary>
public sealed class GatewayReloadTests : IDisposable
{
    readonly string _directory = Directory.CreateTempSubdirectory("gw").FullName;
    readonly LogLines _log = new();
    readonly List<ReloadReport> _ended = [];
    readonly SemaphoreSlim _over = new(0);
    string _text;
    int _began;

    public GatewayReloadTests() => _text = $$"""
        agent: { id: gw, data_dir: {{_directory}} }
        sources:
          plant: { type: mqtt, url: "mqtt://127.0.0.1:1", client_id: gw, subscriptions: [ { topic: "s/{device}", decode: { format: number } } ] }
        pipelines:
          p: { from: [plant], stages: [ { window: { tumbling: 10s, by: [device], aggregate: [count], idle_timeout: 1h } } ], to: [out] }
        outputs:
          out: { type: file, path: {{_directory}}/out.jsonl }

        """;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Everything_changes_and_a_broken_file_changes_nothing()
    {
        using var gateway = New();
        gateway.Start();
        var good = _text;
        _text = good.Replace("tumbling: 10s", "tumbling: soon");
        Assert.Equal(ReloadOutcome.Findings, Reload(gateway).Outcome);
        Assert.Equal(["plant"], gateway.Status().Sources.Select(s => s.Name));
        _text = good.Replace("plant", "field").Replace("  p:", "  q:").Replace("  out:", "  file:").Replace("[out]", "[file]");
        var report = Reload(gateway);
        Assert.True(report.Outcome == ReloadOutcome.Applied, report.Sentence);
        var status = gateway.Status();
        Assert.Equal(("field", "q", "file"), (status.Sources.Single().Name, status.Pipelines.Single().Name, status.Outputs.Single().Name));
        Assert.Equal(ReloadOutcome.Unchanged, Reload(gateway).Outcome);
        _text = good.Replace("id: gw,", "id: gx,");
        Assert.Equal(ReloadOutcome.Findings, Reload(gateway).Outcome);
        Assert.Equal((2, 2), (status.Reload!.Applied + 1, gateway.Status().Reload!.Refused));
        Assert.Equal(_ended.Count, _began);
        Assert.True(gateway.Stop());
    }

    [Fact]
    public void One_that_comes_before_the_start_waits_for_it_and_one_after_the_stop_is_left()
    {
        using var gateway = New();
        _text = _text.Replace("10s", "20s");
        gateway.Reload();
        gateway.Reload();
        Assert.Equal(0, _began);
        gateway.Start();
        _over.Wait();
        Assert.Equal(ReloadOutcome.Applied, Assert.Single(_ended).Outcome);
        Assert.True(gateway.Stop());
        gateway.Reload();
        Assert.Equal(1, _began);
    }

    ReloadReport Reload(Gateway gateway)
    {
        gateway.Reload();
        _over.Wait();
        return _ended[^1];
    }

    Gateway New()
    {
        var running = ConfigReader.Read(_text, "a.yaml");
        var gateway = new Gateway(running.Settings!, new MemoryStore(), new SystemClock(alwaysTrusted: true), _log.Limiter,
            new() { Source = new ReloadSource("a.yaml", running, path => ConfigReader.Read(_text, path)) });
        gateway.Reloads!.Began = () => _began++;
        gateway.Reloads.Ended = report =>
        {
            _ended.Add(report);
            _over.Release();
        };
        return gateway;
    }
}
