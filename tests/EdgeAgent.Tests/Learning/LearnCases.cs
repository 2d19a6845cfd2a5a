using Xunit;

namespace EdgeAgent.Tests.Learning;

/// <summary>Each folder of <c>cases/learn</c> holds a recording, the configuration that is proposed for it, and the readings that the
/// configuration makes of the recording.</summary>
/// <remarks><c>EDGE_AGENT_ACCEPT=1</c> writes what is expected anew; read the difference before committing it.</remarks>
public sealed class LearnCases
{
    static readonly string Cases = Repository.Path("tests/EdgeAgent.Tests/cases/learn");

    /// <summary>The names of the cases.</summary>
    public static TheoryData<string> Names =>
        [.. Directory.GetDirectories(Cases).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Names))]
    public void A_recording_gives_a_configuration_that_reads_it(string name)
    {
        var folder = Path.Combine(Cases, name);
        var run = LearnRun.Of(File.ReadAllText(Path.Combine(folder, "input.jsonl")));
        Same(Path.Combine(folder, "proposal.yaml"), run.Yaml ?? "");
        Same(Path.Combine(folder, "expected.readings"), run.Readings());
    }

    [Theory, MemberData(nameof(Names))]
    public void The_same_messages_in_another_order_of_topics_give_the_same_templates(string name)
    {
        var lines = File.ReadAllLines(Path.Combine(Cases, name, "input.jsonl"));
        var one = LearnRun.Of(string.Join('\n', lines));
        var other = LearnRun.Of(string.Join('\n', lines.Reverse()));
        Assert.Equal(one.Proposal.Subscriptions.Select(s => s.Template).Order(),
            other.Proposal.Subscriptions.Select(s => s.Template).Order());
    }

    static void Same(string path, string text)
    {
        if (Environment.GetEnvironmentVariable("EDGE_AGENT_ACCEPT") == "1") File.WriteAllText(path, text);
        Assert.Equal(File.ReadAllText(path), text);
    }
}
