using System.Diagnostics;
using Xunit;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>A real Apache Kafka with one broker, started by a kit of scripts that <c>EDGE_AGENT_KAFKA</c> names (or that lies
/// beside the checkout); it needs Java.</summary>
/// <remarks>The kit's commands used: <c>start DIR</c>, which prints the bootstrap address last,
/// <c>topic DIR create NAME --partitions N</c>, <c>pause</c>, <c>resume</c>, <c>kill</c>, <c>restart</c> and <c>stop</c>,
/// each with DIR.</remarks>
sealed class ApacheKafka : IDisposable
{
    readonly string _directory;

    /// <summary>Starts it with one topic; the test is skipped where there is none.</summary>
    public ApacheKafka(Workspace workspace, string topic, int partitions)
    {
        Assert.SkipUnless(Kit is not null, "no kit of Apache Kafka: EDGE_AGENT_KAFKA names the script that starts one");
        _directory = workspace["apache-kafka"];
        Brokers = Run("start", _directory).Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        Run("topic", _directory, "create", topic, "--partitions", partitions.ToString());
    }

    /// <summary>Address of the cluster.</summary>
    public string Brokers { get; }

    static string? Kit => Environment.GetEnvironmentVariable("EDGE_AGENT_KAFKA") is { } named ? named
        : Path.Combine(Repository.Root, "..", "shared", "kafka", "kafka") is var beside && File.Exists(beside) ? beside : null;

    /// <summary>SIGSTOP: connections stay open, nothing is answered.</summary>
    public void Pause() => Run("pause", _directory);

    /// <summary>SIGCONT.</summary>
    public void Resume() => Run("resume", _directory);

    /// <summary>SIGKILL.</summary>
    public void Kill() => Run("kill", _directory);

    /// <summary>Starts it again, with what it holds; returns when it answers.</summary>
    public void Restart() => Run("restart", _directory);

    /// <inheritdoc/>
    public void Dispose()
    {
        Run("resume", _directory);
        Run("kill", _directory);
    }

    static string Run(params string[] arguments)
    {
        var text = Path.GetTempFileName();
        try
        {
            // Into a file: the brokers outlive the script and keep its output open.
            using var process = Process.Start("sh", ["-c", "exec \"$@\" >\"$0\" 2>&1", text, Kit!, .. arguments]);
            if (!process.WaitForExit(180_000))
                throw new TimeoutException($"kafka {arguments[0]} not within 180 s: {File.ReadAllText(text)}");
            return File.ReadAllText(text);
        }
        finally
        {
            File.Delete(text);
        }
    }
}
