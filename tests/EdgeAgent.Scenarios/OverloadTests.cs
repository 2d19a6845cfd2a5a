using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>The short form of the soak's overload: more than the machine can do, for some seconds.</summary>
public sealed class OverloadTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("v5")]
    [InlineData("v3.1.1")]
    public void Messages_on_a_busy_machine_count_once_on_one_connection(string protocol)
    {
        using var workspace = new Workspace();
        var result = new Backlog(workspace, new() { Protocol = protocol, Messages = 200_000, RatePerSecond = 20_000, IsMachineBusy = true })
            .Run();
        output.WriteLine(result.ToString());
        Assert.True(result.IsExact, result.ToString());
        Assert.Equal(1, result.Connections);
        Assert.True(result.PeakBytes < 60_000_000, result.ToString());
    }
}
