using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>The short form of the soak's data directory: files gone, emptied or damaged between two lives; the agent starts,
/// says what is missing and counts it.</summary>
public sealed class DamagedDirectoryTests(ITestOutputHelper output)
{
    [Fact]
    public void A_deleted_database_is_told_of() => Run(new() { Fault = DirectoryFault.AllDeleted, Messages = 5_000 });

    [Fact]
    public void A_deleted_log_is_told_of_after_a_kill() =>
        Run(new() { Fault = DirectoryFault.WalDeleted, IsKilled = true, Messages = 5_000 });

    [Fact]
    public void An_emptied_log_is_told_of() =>
        Run(new() { Fault = DirectoryFault.WalEmptied, IsKilled = true, Messages = 5_000, HasBacklog = false });

    [Fact]
    public void A_damaged_page_of_the_outbox_costs_what_was_in_it() => Run(new() { Fault = DirectoryFault.PageDamaged, Messages = 20_000 });

    void Run(DamagedDirectorySettings settings)
    {
        using var workspace = new Workspace();
        var result = new DamagedDirectory(workspace, settings).Run();
        output.WriteLine(result.ToString());
        Assert.True(result.IsGood, result.ToString());
    }
}
