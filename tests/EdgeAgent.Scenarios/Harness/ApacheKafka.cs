using System.Diagnostics;
using Xunit;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>A real Apache Kafka with one broker or three, started by a kit of scripts in the folder that <c>EDGE_TEST_KAFKA_KIT</c>
/// names; it needs Java. Where the variable is not set, the tests that need it are skipped.</summary>
/// <remarks>The kit's commands used: <c>start DIR</c>, which prints the bootstrap address last,
/// <c>topic DIR create NAME --partitions N</c>, <c>topic DIR alter</c>, <c>acl</c>, <c>env</c>, <c>read</c>, <c>pause</c>,
/// <c>resume</c>, <c>kill</c> and <c>restart</c>, each with DIR.</remarks>
sealed class ApacheKafka : IDisposable
{
    readonly string _directory;

    /// <summary>Starts it with one topic; the test is skipped where there is none.</summary>
    public ApacheKafka(Workspace workspace, string topic, int partitions)
        : this(workspace) => CreateTopic(topic, "--partitions", partitions.ToString());

    /// <summary>Starts it with further options of <c>start</c>; the test is skipped where there is none.</summary>
    public ApacheKafka(Workspace workspace, params string[] options)
    {
        Assert.SkipUnless(Kit is not null, "no kit of Apache Kafka: EDGE_TEST_KAFKA_KIT names its folder");
        _directory = workspace["apache-kafka"];
        Brokers = Run(["start", _directory, .. options]).Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        // Kafka's own tools give up after 10 s otherwise, which a busy machine needs for less.
        File.WriteAllText(Path.Combine(_directory, "client.properties"), "request.timeout.ms=120000\ndefault.api.timeout.ms=240000\n");
    }

    /// <summary>Address of the cluster.</summary>
    public string Brokers { get; }

    static string? Kit => Environment.GetEnvironmentVariable("EDGE_TEST_KAFKA_KIT") is { Length: > 0 } folder
        ? Path.Combine(folder, "kafka")
        : null;

    /// <summary>Makes a topic, with further options of <c>topic create</c>.</summary>
    public void CreateTopic(string name, params string[] options) => Run(["topic", _directory, "create", name, .. options]);

    /// <summary>Changes a topic by options of <c>topic alter</c>.</summary>
    public void AlterTopic(string name, params string[] options) => Run(["topic", _directory, "alter", name, .. options]);

    /// <summary>Deletes a topic.</summary>
    public void DeleteTopic(string name) => Run(["topic", _directory, "delete", name]);

    /// <summary>Waits until no broker has the topic any more.</summary>
    public void WaitUntilGone(string topic) => WaitUntilGone(Brokers, topic);

    /// <summary>Waits until none of these brokers has the topic any more.</summary>
    public static void WaitUntilGone(string brokers, string topic)
    {
        foreach (var address in brokers.Split(','))
            for (var until = Environment.TickCount64 + 60_000; IsThere(address, topic); Thread.Sleep(100))
                if (Environment.TickCount64 > until) throw new TimeoutException($"{address} still has topic {topic}");
    }

    /// <summary>So many bytes a second may every client of the cluster send to each broker; null for no limit.</summary>
    public void Quota(int? bytes) => Run(["tool", _directory, "kafka.admin.ConfigCommand", "--alter", "--entity-type", "clients",
        "--entity-default", .. bytes is null ? ["--delete-config", "producer_byte_rate"]
            : new[] { "--add-config", $"producer_byte_rate={bytes}" }]);

    /// <summary>Gives or takes a right.</summary>
    public void Acl(params string[] rule) => Run(["acl", _directory, .. rule]);

    /// <summary>Addresses and files, by the names of <c>kafka env</c>.</summary>
    public IReadOnlyDictionary<string, string> Env() => Run("env", _directory).Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1].Trim('\'', '"'));

    /// <summary>All records of a topic, or those committed.</summary>
    public IReadOnlyList<string> Read(string topic, bool isCommitted = false) =>
        Run(isCommitted ? ["read", _directory, topic, "--committed"] : ["read", _directory, topic])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>SIGSTOP: connections stay open, nothing is answered.</summary>
    public void Pause(params string[] broker) => Run(["pause", _directory, .. broker]);

    /// <summary>SIGCONT.</summary>
    public void Resume(params string[] broker) => Run(["resume", _directory, .. broker]);

    /// <summary>SIGKILL.</summary>
    public void Kill(params string[] broker) => Run(["kill", _directory, .. broker]);

    /// <summary>Starts it again, with what it holds; returns when it answers.</summary>
    public void Restart(params string[] broker) => Run(["restart", _directory, .. broker]);

    /// <inheritdoc/>
    public void Dispose()
    {
        Run("resume", _directory);
        Run("kill", _directory);
    }

    static bool IsThere(string address, string topic) => Launch("kcat", "-b", address, "-L", "-m", "10") is not (0, var text)
        || text.Contains($"topic \"{topic}\"", StringComparison.Ordinal);

    static string Run(params string[] arguments)
    {
        var (code, text) = Launch(Kit!, arguments);
        return code == 0 || arguments[0] is "resume" or "kill" ? text
            : throw new InvalidOperationException($"kafka {string.Join(' ', arguments)}: {text}");
    }

    static (int Code, string Text) Launch(string file, params string[] arguments)
    {
        var text = Path.GetTempFileName();
        try
        {
            // Into a file: the brokers outlive the script and keep its output open.
            var start = new ProcessStartInfo("sh", ["-c", "exec \"$@\" >\"$0\" 2>&1", text, file, .. arguments]);
            start.Environment["KAFKA_WAIT"] = "240"; // brokers that start on a busy machine [s]
            using var process = Process.Start(start)!;
            if (!process.WaitForExit(300_000))
                throw new TimeoutException($"{file} {arguments[0]} not within 300 s: {File.ReadAllText(text)}");
            return (process.ExitCode, File.ReadAllText(text));
        }
        finally
        {
            File.Delete(text);
        }
    }
}
