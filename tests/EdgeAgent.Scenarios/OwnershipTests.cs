using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>Two agents want the same directory; directories that cannot be used.</summary>
public sealed class OwnershipTests
{
    const int Io = 74;

    [Fact]
    public void A_second_agent_on_one_data_directory_ends_and_names_the_owner()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        var config = Configuration.Write(workspace, broker, kafka);
        using var first = new Agent(config).Start();
        using var second = new Agent(config).Start(waitUntilRuns: false);
        Assert.Equal(Io, second.WaitForEnd());
        Assert.Contains($"is in use by another edge-agent process (pid {first.ProcessId})", second.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Text, StringComparison.Ordinal);

        // The first is not disturbed, and its kill frees the directory.
        first.WaitFor("connected to");
        first.Kill();
        second.Start().WaitFor("connected to");
        second.Stop();
    }

    [Fact]
    public void Two_agents_with_one_client_id_say_so_and_do_not_fight_at_full_speed()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        // mosquitto 2.0.11 tells neither version that the session was taken over.
        using var first = new Agent(Write("v5")).Start();
        first.WaitFor("subscribed to");
        using var second = new Agent(Write("v3.1.1")).Start();
        foreach (var agent in (Agent[])[first, second])
        {
            var line = agent.WaitFor("another client has the client id gw-test too");
            Assert.Contains(" WRN source plant: ", line, StringComparison.Ordinal);
            Assert.Contains("Give each its own `client_id`", line, StringComparison.Ordinal);
        }

        foreach (var agent in (Agent[])[first, second])
            agent.WaitForStatus(s => s.Source().Number("connections") >= 4, "some more connections");
        // The first end, the suspicion, and not one line for each connection after that.
        foreach (var agent in (Agent[])[first, second])
            Assert.InRange(agent.Lines.Count(l => l.Contains(" WRN source", StringComparison.Ordinal)), 1, 3);
        Assert.InRange(broker.Log.Split('\n').Count(l =>
            l.Contains("New client connected", StringComparison.Ordinal) && l.Contains(" as gw-test ", StringComparison.Ordinal)), 8, 14);

        // The one that is given its own id, or stopped, leaves the other in peace.
        second.Stop();
        first.WaitForStatus(s => s.Source().Text("state") == "connected", "the first one's connection", 90);
        var truth = new Truth(10_000);
        var sensors = new Sensors(truth);
        using var publisher = new Publisher(broker.Port);
        sensors.Publish(publisher, 500);
        sensors.Close(publisher);
        truth.Judge(kafka.WaitFor(r => truth.IsReached(r, Sensors.Group), "all summaries", hint: () => first.Text), Sensors.Group);
        first.Stop();

        string Write(string protocol) => Configuration.Write(workspace, broker, kafka, name: protocol + ".yaml",
            dataDir: workspace["data-" + protocol], source: $"protocol: {protocol}");
    }

    [Fact]
    public void Data_directories_that_cannot_be_used_are_named_in_one_sentence()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        using (var created = new Agent(Configuration.Write(workspace, broker, kafka, dataDir: workspace["not/there/yet"])).Start())
        {
            created.WaitFor("connected to");
            Assert.True(Directory.Exists(workspace["not/there/yet"]));
            created.Stop();
        }

        // The unit's user may not write into a directory that root made by hand.
        if (Environment.UserName == "root")
        {
            Directory.CreateDirectory(workspace["of root"]);
            using var nobody = new Child("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", Repository.Agent, "run",
                Configuration.Write(workspace, broker, kafka, dataDir: workspace["of root"]), "--log", "text"]);
            Assert.Equal(Io, nobody.WaitForEnd());
            Assert.Contains("agent.data_dir", Assert.Single(nobody.Lines), StringComparison.Ordinal);
            Assert.Contains("is not writable by user nobody", nobody.Text, StringComparison.Ordinal);
        }

        workspace.Write("file", "not a directory");
        Refused(workspace["file"], "is a file; a directory is expected");
        using var disk = new SmallDisk(workspace, 4, ",ro");
        Refused(Path.Combine(disk.Path, "data"), "mounted read-only");
        Refused(disk.Path, "mounted read-only");

        void Refused(string directory, string sentence)
        {
            using var agent = new Agent(Configuration.Write(workspace, broker, kafka, dataDir: directory)).Start(waitUntilRuns: false);
            Assert.Equal(Io, agent.WaitForEnd());
            Assert.Contains(sentence, agent.Text, StringComparison.Ordinal);
            Assert.Single(agent.Lines);
        }
    }
}
