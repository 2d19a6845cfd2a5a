using EdgeAgent.Core.Records;
using EdgeAgent.Core.Settings;
using EdgeAgent.Outputs.Kafka;
using EdgeAgent.Outputs.Terminal;
using Xunit;

namespace EdgeAgent.Tests.Pipelines;

/// <summary>Readings too late for their window become records where an output has a topic for them.</summary>
public sealed class LateReadingTests
{
    static readonly OutputSettings s_kafka = new KafkaOutputSettings
    {
        Name = "central", Brokers = ["k:1"], Topic = "t", Key = "{device}", LateTopic = "edge.late",
    };

    [Fact]
    public void A_late_reading_is_a_record_of_its_topic_and_says_how_late_it_is()
    {
        var rig = new PipelineRig(PipelineRig.Settings(PipelineRig.Window(outOfOrder: 1)),
            outputs: [new ConsoleOutputSettings { Name = "here" }, s_kafka]);
        rig.Add("a", 1, 1).Add("a", 25, 2).Add("a", 3, 7.5).Add("a", 4, 8).Run();
        Assert.Equal(2, rig.Pipeline.Counters.Late);
        var late = rig.Pipeline.Lanes.Single(lane => lane.Priority == RecordPriority.Raw && lane.Output == "central");
        Assert.Empty(rig.Pipeline.Lanes.Where(lane => lane.Output == "here" && lane.Priority < 0 && lane.Records.Count > 0));
        Assert.Equal(2, late.Records.Count);
        var records = rig.TakeAll().Where(record => record.Kind == RecordKind.Late).ToList();
        Assert.Equal(("edge.late", "a"), (records[0].Topic, records[0].Key));
        Assert.Equal("""{"device":"a","metric":"m","pipeline":"p","time":"1970-01-01T00:00:03Z","value":7.5,"watermark":"1970-01-01T00:00:24Z"}""",
            records[0].Payload);
        Assert.NotEqual(records[0].Id, records[1].Id);
    }

    [Fact]
    public void Without_a_topic_for_them_they_are_only_counted()
    {
        var rig = new PipelineRig(PipelineRig.Settings(PipelineRig.Window()));
        rig.Add("a", 1, 1).Add("a", 25, 2).Add("a", 3, 7.5).Run();
        Assert.Equal(1, rig.Pipeline.Counters.Late);
        Assert.Equal(["out/0"], rig.Pipeline.Lanes.Select(l => $"{l.Output}/{l.Priority}"));
    }

    [Fact]
    public void Series_that_are_forgotten_and_come_back_keep_their_labels()
    {
        var rig = new PipelineRig(PipelineRig.Settings(PipelineRig.Window()), outputs: [s_kafka]);
        rig.Add("a", 1, 1).Add("a", 25, 2).Add("a", 3, 7.5).Run();
        rig.Pipeline.Forget([rig.Id("a")]);
        rig.Add("a", 26, 1).Add("a", 45, 1).Add("a", 3, 7.5).Run();
        Assert.All(rig.TakeAll().Where(record => record.Kind == RecordKind.Late), r => Assert.Contains("\"device\":\"a\"", r.Payload));
    }
}
