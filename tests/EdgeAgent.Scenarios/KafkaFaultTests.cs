using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>Kafka is there and says no, or its brokers come and go: held, rejected, or sent again, never lost in silence.</summary>
public sealed class KafkaFaultTests
{
    [Fact]
    public void Brokers_that_go_leaders_that_change_and_errors_lose_nothing_and_keep_the_order()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka(brokers: 3);
        using var agent = new Agent(Configuration.Write(workspace, broker, kafka)).Start();
        agent.WaitFor("subscribed to");
        var truth = new Truth(10_000);
        var sensors = new Sensors(truth);
        using var publisher = new Publisher(broker.Port);
        var random = new Random(7);
        for (var round = 0; round < 12; round++)
        {
            var before = agent.Status().Output().Number("confirmed");
            var down = 0;
            switch (round % 3)
            {
                case 0:
                    kafka.Tell($"down {down = 1 + random.Next(3)}");
                    break;
                case 1:
                    kafka.Tell($"leader {kafka.Topic} {random.Next(4)} {1 + random.Next(3)}");
                    break;
                default:
                    kafka.Tell("errors produce NotLeaderForPartition NotEnoughReplicasAfterAppend RequestTimedOut");
                    break;
            }

            sensors.Publish(publisher, 500);
            publisher.Flush();
            if (down > 0) kafka.Tell($"up {down}");
            agent.WaitForStatus(s => s.Output().Number("confirmed") > before, "confirmations after the fault");
        }

        sensors.Close(publisher);
        var records = kafka.WaitFor(r => truth.IsReached(r, Sensors.Group), "all summaries", 120, () => agent.Text);
        truth.Judge(records, Sensors.Group);
        Truth.AssertOrder(records);
        agent.WaitForStatus(s => s.Output().Number("backlog_records") == 0, "an empty outbox");
        Assert.Equal((0, 0), (agent.Status().Output().Number("rejected"), agent.Status().Output().Number("dropped")));
        agent.AssertNoErrors();
        agent.Stop();
    }

    [Theory]
    [InlineData("UnknownTopicOrPart", "Kafka has no topic edge.summaries", "Create it")]
    [InlineData("TopicAuthorizationFailed", "Kafka does not let this user write to topic edge.summaries", "Grant Write")]
    public void A_topic_that_is_not_open_holds_everything_until_it_is(string code, string what, string whatToDo)
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        kafka.Tell($"topic-error {kafka.Topic} {code}");
        var config = Configuration.Write(workspace, broker, kafka);
        var (exit, text) = Agent.Command("check", "--connect", config);
        Assert.Equal(69, exit);
        Assert.Contains(what, text, StringComparison.Ordinal);
        using var agent = new Agent(config).Start();
        agent.WaitFor("subscribed to");
        var truth = new Truth(10_000);
        var sensors = new Sensors(truth);
        using var publisher = new Publisher(broker.Port);
        sensors.Publish(publisher, 500);
        sensors.Close(publisher);
        var line = agent.WaitFor(" WRN output central: ", 90);
        Assert.Contains(what, line, StringComparison.Ordinal);
        Assert.Contains(whatToDo, line, StringComparison.Ordinal);
        agent.WaitForStatus(s => s.Output().Number("backlog_records") == truth.Count, "all records held");
        kafka.Tell($"topic-error {kafka.Topic} NoError");
        var records = kafka.WaitFor(r => truth.IsReached(r, Sensors.Group), "all summaries", 120, () => agent.Text);
        truth.Judge(records, Sensors.Group);
        Truth.AssertOrder(records);
        agent.WaitForStatus(s => s.Output().Number("backlog_records") == 0 && s.Output().Number("rejected") == 0, "an empty outbox");
        agent.Stop();
    }

    [Fact]
    public void A_record_that_no_broker_takes_is_counted_and_does_not_hold_up_the_rest()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka(partitions: 1);
        using var agent = new Agent(Configuration.Write(workspace, broker, kafka)).Start();
        agent.WaitFor("subscribed to");
        var truth = new Truth(10_000);
        var sensors = new Sensors(truth);
        using var publisher = new Publisher(broker.Port);
        // The topic takes records, so that those it then refuses are at fault and not the topic.
        sensors.Publish(publisher, 150);
        agent.WaitForStatus(s => s.Output().Number("confirmed") > 0, "a record that was taken");
        // A segment of n records is refused whole, then in halves, down to records alone: however it was cut, one is refused in the end.
        kafka.Tell("errors produce " + string.Join(' ', Enumerable.Repeat("MsgSizeTooLarge", 1000)));
        sensors.Publish(publisher, 150);
        agent.WaitForStatus(s => s.Output().Number("rejected") > 0, "a record that was refused alone", 90);
        kafka.Tell("no-errors produce");
        sensors.Publish(publisher, 150);
        sensors.Close(publisher);
        var status = agent.WaitForStatus(s => s.Pipeline().Number("records") == truth.Count && s.Output().Number("backlog_records") == 0,
            "an empty outbox", 90);
        var rejected = status.Output().Number("rejected");
        Assert.InRange(rejected, 1, truth.Count - 1);
        Assert.Equal(truth.Count - rejected, status.Output().Number("confirmed"));
        var records = kafka.WaitFor(r => r.DistinctBy(x => x.Id).Count() == truth.Count - rejected, "the rest", hint: () => agent.Text);
        truth.JudgePart(records, Sensors.Group);
        agent.Stop();
    }
}
