using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>The program behind the figures of docs/decisions still runs and still finds what the pages say; its short form.</summary>
public sealed class PackageFiguresTests
{
    [Theory]
    [InlineData("litedb")]
    [InlineData("mqttnet")]
    [InlineData("serial")]
    public void The_program_behind_a_decision_runs(string what)
    {
        using var child = new Child(Repository.Packages, [what, "--smoke"]);
        Assert.True(child.WaitForEnd() == 0, child.Text);
        Assert.Contains("|---|", child.Text, StringComparison.Ordinal);
    }
}
