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
