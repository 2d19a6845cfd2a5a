using EdgeAgent.Catalog;
using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Stages;
using EdgeAgent.Core.Stages.Deadbands;
using EdgeAgent.Core.Stages.LabelFilters;
using EdgeAgent.Core.Stages.Ranges;
using EdgeAgent.Core.Stages.Windows;
using EdgeAgent.Core.State;
using EdgeAgent.Outputs.Terminal;
using Xunit;
using static EdgeAgent.Tests.Pipelines.PipelineRig;

namespace EdgeAgent.Tests.Pipelines;

public sealed class PipelineTests
{
    static readonly RangeSettings Range = new() { Name = "range", Min = 0, Max = 100 };
    static readonly DeadbandSettings Deadband = new() { Name = "deadband", Absolute = 0.5 };

    static LabelFilterSettings Keep(string device) => new() { Name = "keep", Drop = false, Labels = [new("device", [device])] };

    [Fact]
    public void Without_a_window_every_reading_that_came_through_is_a_record()
    {
        var rig = new PipelineRig(Settings(Range),
            outputs: [new ConsoleOutputSettings { Name = "out", Topic = "t/{device}", Key = "{metric}" }]);
        rig.Add("a", 1.5, 20).Add("a", 2, 101).Add("b", 1.5, 20).Run();
        var fingerprint = Fingerprint.Of(rig.Pipeline.Settings.Stages, 1);
        Assert.Equal(
            [
                ($"p/{fingerprint}/1500000000/4034000000000000/device=a,metric=m", "m", "t/a", RecordKind.Reading, 1_500_000_000,
                    "{\"device\":\"a\",\"metric\":\"m\",\"pipeline\":\"p\",\"time\":\"1970-01-01T00:00:01.500Z\",\"value\":20}"),
                ($"p/{fingerprint}/1500000000/4034000000000000/device=b,metric=m", "m", "t/b", RecordKind.Reading, 1_500_000_000,
                    "{\"device\":\"b\",\"metric\":\"m\",\"pipeline\":\"p\",\"time\":\"1970-01-01T00:00:01.500Z\",\"value\":20}"),
            ],
            rig.TakeAll());
        Assert.Empty(rig.Pipeline.States);
        var counters = rig.Pipeline.Counters;
        Assert.Equal((3, 2, 2), (counters.ReadingsIn, counters.ReadingsFolded, counters.RecordsOut));
    }

    [Fact]
    public void Counters_say_what_each_stage_removed()
    {
        var rig = new PipelineRig(Settings(Keep("a"), Range, Deadband, Window()));
        rig.Add("a", 1, 1).Add("b", 1, 1).Add("a", 2, 1).Add("a", 2, 200).Add("a", 3, 2).Add("c", 3, 2).Run();
        Assert.Equal(["keep", "range", "deadband"], rig.Pipeline.Counters.StageNames);
        Assert.Equal([2, 1, 1], rig.Pipeline.Counters.Removed);
        Assert.Equal((6, 2), (rig.Pipeline.Counters.ReadingsIn, rig.Pipeline.Counters.ReadingsFolded));
    }

    [Fact]
    public void Every_output_has_a_lane_with_its_own_topic_and_key()
    {
        OutputSettings[] outputs =
        [
            new ConsoleOutputSettings { Name = "x", Topic = "tx", Key = "{device}" },
            new ConsoleOutputSettings { Name = "y", Topic = "{device}.y" },
        ];
        var rig = new PipelineRig(Settings(Window()), outputs: outputs);
        rig.Add("a", 1, 1).Add("a", 10, 1).Run();
        Assert.Equal(["x/0", "y/0"], rig.Pipeline.Lanes.Select(l => $"{l.Output}/{l.Priority}"));
        var records = rig.TakeAll();
        Assert.Equal([("a", "tx"), (null, "a.y")], records.Select(r => (r.Key, r.Topic)));
        Assert.Single(records.Select(r => (r.Id, r.Payload)).Distinct());
        Assert.Equal((10 * Second, $"p/{Fingerprint.Of(rig.Pipeline.Settings.Stages, 1)}/0/0/device=a"),
            (records[0].TimeNs, records[0].Id));
    }

    [Fact]
    public void A_label_too_long_for_a_topic_is_counted_and_stops_nothing()
    {
        var rig = new PipelineRig(Settings(), outputs: [new ConsoleOutputSettings { Name = "out", Topic = "{device}" }]);
        rig.Add(new string('x', 70_000), 1, 1).Add("a", 1, 1).Run();
        Assert.Single(rig.TakeAll());
        Assert.Equal((1, 1), (rig.Pipeline.Counters.RecordsOut, rig.Pipeline.Counters.RecordsTooLong));
    }

    [Fact]
    public void Fingerprints_cover_a_stage_and_all_before_it_and_stay_as_they_are()
    {
        StageSettings[] stages = [Keep("a"), Range, Window()];
        Assert.Equal("9ce20707a3de6715", Fingerprint.Of(stages, 3));
        Assert.NotEqual(Fingerprint.Of(stages, 2), Fingerprint.Of(stages, 3));
        Assert.NotEqual(Fingerprint.Of([Range, Keep("a"), Window()], 3), Fingerprint.Of(stages, 3));
        Assert.Equal(Fingerprint.Of([Keep("a"), Range with { Name = "other" }, Window(idle: 5)], 3), Fingerprint.Of(stages, 3));
        Assert.Equal(Fingerprint.Of([Window(by: ["a", "b"])], 1), Fingerprint.Of([Window(by: ["b", "a"])], 1));
        Assert.Equal("0123456789abcdef", Fingerprint.FromStageKey(Fingerprint.StageKey("p", "w#x", "0123456789abcdef")));
        Assert.Null(Fingerprint.FromStageKey("p/w#0123"));
        Assert.Equal($"p/window#{Fingerprint.Of(stages, 3)}", new PipelineRig(Settings(stages)).Pipeline.States.Single().StageKey);
    }

    [Fact]
    public void Open_windows_of_a_changed_configuration_are_told_of_once_as_partial()
    {
        var old = new PipelineRig(Settings(Window(lateness: 60, outOfOrder: 1, aggregate: Aggregates.Count | Aggregates.Max)));
        old.Add("a", 5, 1).Add("b", 5, 2).Run().Cut();
        var log = old.Snapshot();
        old.Add("a", 9, 3).Add("a", 12, 4).Run().Cut();
        old.Pipeline.Forget([old.Id("b")]);
        log.AddRange(old.Snapshot());
        old.TakeAll();

        var rig = new PipelineRig(Settings(Range, Window(seconds: 20)));
        foreach (var (key, version, entry) in log)
        {
            Assert.DoesNotContain(rig.Pipeline.States, s => s.StageKey == key);
            Assert.True(rig.Pipeline.EmitPartial(key, version, entry));
        }

        Assert.False(rig.Pipeline.EmitPartial("p/deadband#0123456789abcdef", 1, "D"u8));
        Assert.False(rig.Pipeline.EmitPartial("p/window", 1, log[0].Entry));
        rig.Add("a", 100, 1).Run();
        var records = rig.TakeAll();
        Assert.Equal(["{\"device\":\"a\",\"pipeline\":\"p\",\"window_start\":\"1970-01-01T00:00:10Z\","
                + "\"window_end\":\"1970-01-01T00:00:20Z\",\"revision\":0,\"partial\":true,\"count\":1,\"max\":4}"],
            records.Select(r => r.Payload));
        Assert.Equal($"p/{Fingerprint.Of(old.Pipeline.Settings.Stages, 1)}/10000000000/0/device=a", records[0].Id);
        rig.Cut();
        Assert.Empty(rig.TakeAll());
    }

    [Fact]
    public void Replaying_gives_the_same_bytes()
    {
        byte[] Go()
        {
            var rig = new PipelineRig(Settings(Keep("d*"), Deadband, Window(outOfOrder: 2, lateness: 20)));
            var random = new Random(9);
            for (var i = 0; i < 20_000; i++)
            {
                rig.Add("d" + random.Next(50), (i / 50.0) - random.Next(30), random.NextDouble() * 10);
                if (i % 777 == 0) rig.Run().Cut();
            }

            rig.Run().Cut();
            return rig.Pipeline.Lanes[0].Records.Bytes.ToArray();
        }

        var bytes = Go();
        Assert.True(bytes.Length > 10_000);
        Assert.Equal(bytes, Go());
    }

    [Fact]
    public void Stages_in_an_impossible_order_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new PipelineRig(Settings(Window(), Range)));
        Assert.Throws<ArgumentException>(() => new PipelineRig(Settings(Window(), Window())));
        Assert.Throws<ArgumentException>(() => new PipelineRig(Settings(new OddSettings { Name = "odd" })));
        Assert.Throws<ArgumentException>(() => new PipelineRig(Settings(new OddSettings { Name = "odd" }), stages: WithOdd([])));
    }

    [Fact]
    public void A_stage_after_the_window_adds_fields_holds_back_and_alerts_with_priority()
    {
        var stages = new List<OddStage>();
        var rig = new PipelineRig(Settings(Window(), new OddSettings { Name = "odd" }), stages: WithOdd(stages));
        rig.Add("a", 1, 1).Add("a", 2, 1).Add("a", 11, 1).Run();
        Assert.True(rig.Pipeline.IsUrgent);
        Assert.Equal(["out/0", "out/5"], rig.Pipeline.Lanes.Select(l => $"{l.Output}/{l.Priority}"));
        var records = rig.TakeAll();
        Assert.EndsWith("\"revision\":0,\"count\":2,\"sum\":2,\"odd\":0,\"by\":\"test\"}", records[0].Payload);
        Assert.Equal((RecordKind.Alert, "alert"), (records[1].Kind, records[1].Id));
        Assert.Equal($"p/{Fingerprint.Of(rig.Pipeline.Settings.Stages, 1)}/0/0/device=a", records[0].Id);
        Assert.False(rig.Pipeline.IsUrgent);
        rig.Pipeline.Forget([rig.Id("a")]);
        Assert.Equal([0], stages[0].Released);
        Assert.True(stages[0].Flushed > 0);
    }

    [Fact]
    public void A_tap_sees_readings_and_records()
    {
        var rig = new PipelineRig(Settings(Window()));
        var tap = new ListTap();
        rig.Pipeline.Tap = tap;
        rig.Add("a", 1, 1).Add("a", 10, 1).Run(source: 3);
        rig.Pipeline.Tap = null;
        rig.Add("a", 20, 1).Run();
        Assert.Equal(["3:2", "Summary device=a"], tap.Seen);
    }

    static StageRegistry WithOdd(List<OddStage> made) => new([.. Components.Stages, StageKind.OverSummaries<OddSettings>(OddSpec, (_, c) =>
    {
        c.Records.AddPriority(5);
        var stage = new OddStage(c);
        made.Add(stage);
        return stage;
    })]);

    static readonly ComponentSpec OddSpec = new() { Name = "odd", Kind = ComponentKind.Stage, Role = StageRole.Summary, Doc = "For a test.",
        Build = v => new OddSettings { Name = v.Name } };

    sealed record OddSettings : StageSettings
    {
        public override string Describe() => "odd()";
    }

    sealed class OddStage(StageContext context) : ISummaryStage
    {
        public List<int> Released { get; } = [];

        public int Flushed { get; private set; }

        public IStageState? State => null;

        public void Process(Summary summary, ISummaryReceiver next)
        {
            summary.TryGet("sum", out var sum);
            summary.Add("odd", sum % 2);
            summary.Add("by", "test");
            context.Records.Write(RecordKind.Alert, 5, context.Records.Encoder.HeadOf(summary.Labels), summary.EndNs, "alert"u8, "{}"u8);
            next.Take(summary);
        }

        public void Flush(in Instant now, ISummaryReceiver next) => Flushed++;

        public void Release(int group, LabelSet labels) => Released.Add(group);
    }

    sealed class ListTap : IPipelineTap
    {
        public List<string> Seen { get; } = [];

        public void Readings(ReadingBatch batch, int source, in Instant now) => Seen.Add($"{source}:{batch.Count}");

        public void Record(RecordKind kind, RecordHead head, long timeNs, ReadOnlySpan<byte> payload) => Seen.Add($"{kind} {head.Labels}");
    }
}
