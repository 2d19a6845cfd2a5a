using System.Globalization;
using System.Text.Json;
using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>Real input: a machine's temperature over 79 days, published at full speed while the agent is killed again and again.</summary>
/// <remarks>
/// The recording is in local time and goes back once, at 2014-01-07 02:55, to 02:00: twelve times come twice with different
/// values. All of them are readings, so they all count; <c>out_of_order</c> covers the step.
/// </remarks>
public sealed class RecordingTests
{
    const string File = "machine_temperature_system_failure.csv";
    const string Window = "{ tumbling: 1h, by: [machine], out_of_order: 1h, aggregate: [count, min, max, sum, mean, stddev, first, "
        + "last], idle_timeout: 1h }";
    const int Kills = 6;

    [Fact]
    public void Every_hour_of_a_machine_arrives_with_equal_numbers_although_the_agent_is_killed()
    {
        var path = Repository.Recording(File);
        Assert.SkipWhen(path is null, $"shared/data/nab/{File} is not beside the checkout");
        var lines = System.IO.File.ReadAllLines(path!).Skip(1).Select(l => l.Split(',')).ToList();
        Assert.Equal(22_695, lines.Count);
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        using var agent = new Agent(Configuration.Write(workspace, broker, kafka,
            sources: Configuration.Source("plant", broker.Port, "gw-test", topic: "plant/{machine}"),
            pipelines: Configuration.Pipeline("hourly", "plant", Window), key: "{machine}")).Start();
        agent.WaitFor("subscribed to");

        var truth = new Truth(3_600_000);
        var publishing = new Background(() =>
        {
            using var publisher = new Publisher(broker.Port);
            long lastMs = 0;
            foreach (var line in lines)
            {
                var timeMs = DateTimeOffset.Parse(line[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
                    .ToUnixTimeMilliseconds();
                publisher.Publish("plant/press", $"{{\"value\":{line[1]},\"ts\":{timeMs}}}");
                truth.Add("press", timeMs, double.Parse(line[1], CultureInfo.InvariantCulture));
                lastMs = Math.Max(lastMs, timeMs);
            }

            publisher.Publish("plant/press", $"{{\"value\":0,\"ts\":{lastMs + 100L * 86_400_000}}}");
            publisher.Flush();
        });

        for (var kill = 0; kill < Kills; kill++)
        {
            agent.WaitForStatus(s => s.Source().Number("messages") > 1_000 + 300 * kill, "some messages after a start");
            agent.Kill();
            agent.Start();
        }

        publishing.Join();
        static string Group(JsonElement summary) => summary.GetProperty("machine").GetString()!;
        var records = kafka.WaitFor(r => truth.IsReached(r, Group), "every hour", 120, () => agent.Text);
        Assert.Equal(1_891, truth.Count);
        truth.Judge(records, Group);
        var status = agent.WaitForStatus(s => s.Source().Number("unacknowledged") == 0, "everything acknowledged");
        Assert.Equal(0, status.Pipeline().Number("late"));
        Assert.Equal(0, status.Source().Number("bad"));
        agent.AssertNoErrors();
        agent.Stop();
    }
}
