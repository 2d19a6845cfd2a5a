using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeAgent.Configuration;
using EdgeAgent.Core.Drift;
using EdgeAgent.Core.Models;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.Stages.Scores;
using EdgeAgent.Host;
using EdgeAgent.Status;
using EdgeAgent.Storage;
using EdgeAgent.Tests.Storage;
using Xunit;

namespace EdgeAgent.Tests.Status;

/// <summary>The whole document, byte for byte: <c>cases/status/every-kind</c> has every kind of source and output.</summary>
public sealed class GoldenStatusTests : IDisposable
{
    static readonly string Cases = Repository.Path("tests/EdgeAgent.Tests/cases/status");
    readonly string _directory = Directory.CreateTempSubdirectory("status").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_gateway_with_every_kind_of_source_and_output()
    {
        var text = File.ReadAllText(Path.Combine(Cases, "every-kind", "config.yaml"));
        var settings = ConfigReader.Read(text.Replace("${DATA_DIR}", _directory, StringComparison.Ordinal), "config.yaml").Settings!;
        var store = new MemoryStore(); // records for an output that is there, and for one that is not
        var records = new LaneBuffer();
        records.Append(RecordKind.Summary, 1, "t", null, "id", "{}"u8);
        var batch = new CommitBatch();
        batch.Records.Add((new Lane("central", 0), 1, records.Bytes.ToArray()));
        batch.Records.Add((new Lane("old", 1), 1, records.Bytes.ToArray()));
        store.Commit(batch);
        using var salvaged = new FaultyStore(store) { Salvaged = SalvageOf("edge-agent.db.damaged-1") };
        using var gateway = new Gateway(settings, salvaged, new FakeClock(), new LogLines().Limiter);
        // Models are loaded beside it.
        Assert.True(SpinWait.SpinUntil(() => !gateway.Status().Models.Any(model => model.IsLoading), 60_000));
        var status = Indented(json => StatusJson.Write(json, gateway.Status()));
        foreach (var changing in (string[])["version", "store_id", "uptime_s", "resident_bytes", "heap_bytes", "log_lines_dropped"])
            status = Regex.Replace(status, $"(?<=\"{changing}\": )[^,\n]*", "0", RegexOptions.None, TimeSpan.FromSeconds(10));
        // Whether the first load of a model is over depends on the machine.
        Golden("every-kind/expected.json", status.Replace("      \"loading\": true,\n", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Models_with_a_shadow_and_drift()
    {
        var drift = new DriftSettings { Reference = "r.json", Window = TimeSpan.FromSeconds(10), MinCount = 2 };
        DriftQuantity[] quantities =
        [
            new("input.a", new DriftBins([1, 2], [0.5, 0.3, 0.2]), drift),
            new("score", new DriftBins([1], [0.5, 0.5]), drift),
        ];
        for (var second = 0; second < 12; second++) quantities[1].Observe(second * 1_000_000_000L, second, movesTime: true);
        var counters = new ScoreCounters
        {
            Scored = 1, Runs = 2, Failed = 3, OverBudget = 4, NotFinite = 5, Missing = 6, NoModel = 7, Alerts = 8,
            ShadowScored = 9, ShadowAgreed = 10, ShadowLargestDifference = 0.25,
        };
        var (model, shadow) = (new ModelIdentity("pump", "2", "ab"), new ModelIdentity("pump", "3", "cd"));
        var use = new ModelUse
        {
            Pipeline = "p", Stage = "score", Model = "pump", Counters = counters, Identity = model, Shadow = shadow, Swaps = 2,
            Drift = quantities,
        };
        var text = Indented(json =>
        {
            json.WriteStartObject();
            ModelStatusJson.Write(json, [use]);
            ModelStatusJson.WriteMemory(json, new ModelMemory(1, 2, 3));
            json.WriteEndObject();
        });
        Golden("models/expected.json", text);
    }

    static SalvageResult SalvageOf(string file) => new()
    {
        From = file, Records = 1, StateRows = 2, Sources = 3, LostRecords = 4, LostSegments = 5, LostStateRows = 6, LostSources = 7,
        Unreadable = 8,
    };

    // Set EDGE_AGENT_ACCEPT=1 to write what comes out as the new expectation.
    static void Golden(string name, string text)
    {
        var file = Path.Combine(Cases, name);
        if (Environment.GetEnvironmentVariable("EDGE_AGENT_ACCEPT") == "1") File.WriteAllText(file, text + "\n");
        Assert.Equal(File.ReadAllText(file), text + "\n");
    }

    static string Indented(Action<Utf8JsonWriter> write)
    {
        using var to = new MemoryStream();
        using (var json = new Utf8JsonWriter(to, new JsonWriterOptions { Indented = true })) write(json);
        return Encoding.UTF8.GetString(to.ToArray());
    }
}
