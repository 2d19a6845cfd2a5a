using EdgeAgent.Configuration;
using EdgeAgent.Fleet.Gateway;
using EdgeAgent.Fleets;
using EdgeAgent.Fleets.Keeping;
using EdgeAgent.Tests.Fleet;
using Xunit;

namespace EdgeAgent.Tests.Fleets;

/// <summary>What a start of a gateway in a fleet runs, whatever it finds: never nothing.</summary>
public sealed class FleetLifeTests : IDisposable
{
    const string Parts = """
        sources: { NAME: { type: mqtt, url: "mqtt://127.0.0.1", client_id: a, subscriptions: [{ topic: "s/{d}", decode: { format: json, value: $.v } }] } }
        pipelines: { p: { from: [NAME], stages: [{ window: { tumbling: 10s, by: [d], aggregate: [count] } }], to: [o] } }
        outputs: { o: { type: console } }

        """;

    readonly TempDirectory _directory = new();
    readonly FleetKit _kit = new();
    readonly FakeClock _clock = new();
    readonly LogLines _log = new();

    public FleetLifeTests() => File.WriteAllBytes(_directory.File("root.json"), _kit.Signed(_kit.Root, _kit.RootKey));

    public void Dispose() => _directory.Dispose();

    static string Named(string source) => Parts.Replace("NAME", source, StringComparison.Ordinal);

    ConfigResult Start(string localParts)
    {
        var path = _directory.File("agent.yaml");
        File.WriteAllText(path, $$"""
            agent: { id: gw-a, data_dir: {{_directory.Path}} }
            fleet: { root: {{_directory.File("root.json")}}, groups: [press] }

            """ + localParts);
        var local = ConfigReader.ReadFile(path);
        Assert.True(FleetConfiguration.IsOfFleet(local), string.Join('\n', local.Findings));
        using var life = FleetLife.Begin(_directory.Path, path, local, _clock, _log.Limiter);
        return life.Effective;
    }

    KnownDocument Keep(string config)
    {
        var folder = FleetFolder.Open(_directory.Path);
        var document = FleetKit.Document(1, config);
        folder.Keep(FleetRig.DigestOf(document), _kit.Signed(document));
        return new KnownDocument(FleetRig.DigestOf(document), document.Name, document.Version);
    }

    void Save(FleetRecord record) => FleetFolder.Open(_directory.Path).Save(record);

    FleetRecord Saved() => FleetFolder.Open(_directory.Path).Record;

    static string Source(ConfigResult result) => Assert.Single(result.Settings!.Sources).Name;

    [Fact]
    public void A_file_that_only_names_the_gateway_and_its_fleet_lacks_nothing()
    {
        var path = _directory.File("agent.yaml");
        var head = $"agent: {{ id: gw-a, data_dir: {_directory.Path} }}\n"
            + $"fleet: {{ root: {_directory.File("root.json")}, groups: [press] }}\n";
        File.WriteAllText(path, head);
        var whole = FleetConfiguration.Complete(ConfigReader.ReadFile(path));
        Assert.Empty(whole.Findings);
        Assert.Empty(whole.Settings!.Pipelines);

        File.WriteAllText(path, head + "status: {}\n");
        var wrong = FleetConfiguration.Complete(ConfigReader.ReadFile(path));
        Assert.Null(wrong.Settings);
        Assert.Equal("status.listen", Assert.Single(wrong.Findings).Path);

        File.WriteAllText(path, head + "sources: {}\n");
        Assert.Null(FleetConfiguration.Complete(ConfigReader.ReadFile(path)).Settings);
    }

    [Fact]
    public void A_fresh_gateway_runs_its_own_file_or_the_link_alone()
    {
        Assert.Equal("local", Source(Start(Named("local"))));
        Assert.Empty(Start("").Settings!.Sources);
        Assert.Empty(Start("sources: { x: 7 }\n").Settings!.Sources);
        Assert.Equal("gw-a", Start("").Settings!.Agent.Id);
    }

    [Fact]
    public void What_proved_good_last_runs_and_the_local_file_when_its_bytes_have_changed()
    {
        var good = Keep(Named("good"));
        Save(new FleetRecord { Running = good });
        Assert.Equal("good", Source(Start(Named("local"))));
        File.WriteAllText(_directory.File("fleet/doc-" + good.Digest), "{}");
        Assert.Equal("local", Source(Start(Named("local"))));
        Assert.Contains("EA1350", Saved().Fallback);
        Assert.Empty(Start("").Settings!.Sources);
        Keep(Named("good"));
        Assert.Equal("good", Source(Start(Named("local"))));
    }

    [Fact]
    public void A_document_that_cannot_be_read_any_more_goes_back_at_the_start()
    {
        var good = Keep(Named("good"));
        Save(new FleetRecord
        {
            Phase = FleetPhase.Applying,
            Running = good,
            Trial = new Trial
            {
                Document = new KnownDocument(new string('c', 32), "press-line", 2), Previous = good,
                Gates = EdgeAgent.Fleet.Documents.TrialGates.Defaults, Before = EdgeAgent.Fleet.Gates.GateBaseline.None,
            },
        });
        Assert.Equal("good", Source(Start("")));
        var record = Saved();
        Assert.Equal((FleetPhase.Steady, "start"), (record.Phase, record.Failed[0].Gate!.Gate));
        Assert.Contains(_log.All,
            line => line.StartsWith($"Warning: Fleet: document press-line 2 (cccccccc) goes back to {good}: start: "));
    }

    [Fact]
    public void The_first_start_inside_a_trial_goes_on_and_the_second_goes_back_before_anything_else()
    {
        var (good, tried) = (Keep(Named("good")), Keep(Named("tried")));
        Save(new FleetRecord
        {
            Phase = FleetPhase.Trial,
            Running = good,
            Trial = new Trial
            {
                Document = tried, Previous = good, Gates = EdgeAgent.Fleet.Documents.TrialGates.Defaults,
                Before = EdgeAgent.Fleet.Gates.GateBaseline.None,
            },
        });
        Assert.Equal("tried", Source(Start("")));
        Assert.Equal(1, Saved().Trial!.Boots);
        Assert.Equal($"Warning: Fleet: document {tried} is on trial, and the agent started again meanwhile (1 so far): it goes on",
            Assert.Single(_log.All));
        Assert.Equal("good", Source(Start("")));
        Assert.Equal("restarts", Saved().Failed[0].Gate!.Gate);
        Assert.Equal($"Warning: Fleet: document {tried} goes back to {good}: restarts: 2 starts (after a crash, a kill, a restart or a "
            + "cut of power); expected was at most 1 start of the agent inside the trial", _log.All[^1]);
        Start("");
        Assert.Equal(2, _log.All.Count);
    }

    [Fact]
    public void A_way_back_that_a_kill_cut_short_is_told_at_the_start()
    {
        var (good, tried) = (Keep(Named("good")), Keep(Named("tried")));
        var failed = new FailedDocument
        {
            Digest = tried.Digest, Document = tried, How = FleetPhase.Reverting,
            Gate = new EdgeAgent.Fleet.Gates.GateFailure("readings into p", "5/s", "1/s"),
        };
        Save(new FleetRecord
        {
            Phase = FleetPhase.Reverting, Running = good, Failed = [failed],
            Trial = new Trial
            {
                Document = tried, Previous = good, Gates = EdgeAgent.Fleet.Documents.TrialGates.Defaults,
                Before = EdgeAgent.Fleet.Gates.GateBaseline.None,
            },
        });
        Assert.Equal("good", Source(Start("")));
        Assert.Equal($"Warning: Fleet: document {tried} goes back to {good}: readings into p: 5/s before, 1/s after",
            Assert.Single(_log.All));
    }

    [Fact]
    public void Two_damaged_copies_begin_anew_with_the_local_file()
    {
        Save(new FleetRecord { Running = Keep(Named("good")) });
        foreach (var name in (string[])["state.0", "state.1"]) File.WriteAllText(_directory.File("fleet/" + name), "garbage");
        Assert.Equal("local", Source(Start(Named("local"))));
        Assert.Contains(_log.All, line => line.Contains("both copies"));
    }
}
