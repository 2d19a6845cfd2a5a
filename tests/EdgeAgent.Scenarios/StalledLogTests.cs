using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>The short form of the soak's stalled log: nobody reads standard error while models are swapped and warnings come.</summary>
public sealed class StalledLogTests(ITestOutputHelper output)
{
    [Fact]
    public void A_full_pipe_holds_up_no_message_and_the_log_goes_on_when_it_is_read() => Run(new() { End = StallEnd.ReadAgain });

    [Fact]
    public void A_pipe_that_is_full_from_the_start_holds_up_neither_start_nor_stop() =>
        Run(new() { IsFromStart = true, End = StallEnd.Stopped, Seed = 2 });

    void Run(StalledLogSettings settings)
    {
        using var workspace = new Workspace();
        var result = new StalledLog(workspace, settings).Run();
        output.WriteLine(result.ToString());
        Assert.True(result.IsGood, result.ToString());
    }
}
