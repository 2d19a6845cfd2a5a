using System.Text.Json;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;
using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>A gateway that tries documents of its fleet while sensors publish.</summary>
public sealed class FleetGatewayTests
{
    // More than four of five, so that a machine which is busy with other tests does not blur it.
    const string MoreThanFourOfFive = "- keep: { device: [d0] }";

    [Fact]
    public void Documents_by_hand_good_ones_stay_bad_ones_go_back_and_no_reading_is_lost_or_counted_twice()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        var plant = new FleetPlant(workspace, url: null);
        var good = plant.Config(broker.Port);
        using var agent = new Agent(plant.Write(good)).Start();
        agent.WaitFor("subscribed to");
        using var sensors = new SteadySensors(broker.Port, 500);

        var (code, output) = Apply(workspace, plant.Sign(1, good));
        Assert.True(code == 0, output + agent.Text);

        (code, output) = Apply(workspace, plant.Sign(2, plant.Config(broker.Port, MoreThanFourOfFive)));
        Assert.True(code == 3, output + agent.Text);
        var failed = JsonDocument.Parse(output.Split('\n').First(l => l.StartsWith('{'))).RootElement.GetProperty("failed");
        Assert.Equal("readings out of some", failed.GetProperty("gate").GetString());

        (code, output) = Apply(workspace, plant.Sign(3, plant.Config(Workspace.FreePort())));
        Assert.True(code == 3 && output.Contains("source plant"), output + agent.Text);

        (code, output) = Apply(workspace, plant.Sign(4, good.Replace("interval", "intervall")));
        Assert.True(code == 1 && output.Contains("EA1102"), output);
        var other = new FleetPlant(workspace, url: null);
        Assert.Equal(1, Apply(workspace, other.Sign(5, good)).Code);

        // A document that ends the process: at the second start inside its trial the one before runs.
        Agent.Command("fleet", "apply", plant.Sign(6, good + "\n# 6\n"), workspace["data"]);
        agent.WaitForStatus(s => s.GetProperty("fleet").Text("state") == "trial", "the trial");
        agent.Kill();
        agent.Start();
        Assert.Equal("trial", agent.Status().GetProperty("fleet").Text("state"));
        agent.Kill();
        agent.Start();
        agent.WaitFor("restarts: 2 starts");
        var fleet = agent.Status().GetProperty("fleet");
        Assert.StartsWith("line 1 ", fleet.Text("running"));
        Assert.Contains("restarts", fleet.Text("last_failed"));

        var truth = sensors.Stop(closes: true);
        var seen = new SeriesSums();
        agent.WaitForStatus(_ => (seen = SeriesSums.OfSummaries(plant.Output, sensors.IsMine)).Count >= truth.Count,
            "every reading in a summary", 120);
        agent.Stop();
        Assert.Equal((0, 0), SeriesSums.OfSummaries(plant.Output, sensors.IsMine).Compare(truth));
    }

    [Fact]
    public void A_fresh_gateway_gets_its_configuration_by_the_link_and_reports_and_its_broker_may_go()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        var plant = new FleetPlant(workspace, $"mqtt://127.0.0.1:{broker.Port}");
        var topics = new FleetTopics("fleet/1");
        var config = plant.Config(broker.Port);
        using var agent = new Agent(plant.Write("")).Start();
        using var reports = new IndependentClient(broker.Port, "v5").Subscribe(topics.Report("gw-fleet"));
        using (var admin = new Publisher(broker.Port))
        {
            admin.Publish(topics.Document(FleetPlant.DigestOf(1, config)), plant.Signed(1, config), retain: true);
            admin.Publish(topics.Target("press"), plant.Target(1, 1, config), retain: true);
            admin.Flush();
        }

        agent.WaitForStatus(s => s.GetProperty("fleet").Text("state") == "steady"
            && s.GetProperty("fleet").Text("running").StartsWith("line 1 "), "the document");
        Report report;
        do
        {
            var envelope = Envelope.Parse(System.Buffers.BuffersExtensions.ToArray(reports.Next().Payload), PayloadTypes.Report,
                SizeLimits.Report);
            report = Report.Parse(envelope.Value!.Payload).Value!;
        }
        while (report.Running is not { IsGood: true });
        Assert.Equal((1L, GatewayState.Steady, "gw-fleet"), (report.Running.Document.Version, report.State, report.Id));

        agent.Kill();
        broker.Kill();
        agent.Start();
        var fleet = agent.Status().GetProperty("fleet");
        Assert.StartsWith("line 1 ", fleet.Text("running"));
        Assert.False(fleet.GetProperty("connected").GetBoolean());
        agent.Stop();
    }

    static (int Code, string Output) Apply(Workspace workspace, string file) =>
        Agent.Command("fleet", "apply", file, workspace["data"], "--wait", "--json");
}
