using EdgeAgent.Commits;
using EdgeAgent.Core.Settings;
using Xunit;

namespace EdgeAgent.Tests.Commits;

/// <summary>Many small commits, few large ones, and a failing disk is not asked all the time.</summary>
public sealed class CommitPaceTests
{
    const long Ms = 1_000_000;

    static CommitPace Pace(long intervalMs = 1000) =>
        new(new CommitSettings { Interval = TimeSpan.FromMilliseconds(intervalMs), MinGap = TimeSpan.FromMilliseconds(2) });

    [Theory]
    [InlineData(0.1, 5, 1000, 2)] // small: the shortest gap
    [InlineData(3, 5, 1000, 12)] // a long cut: readings get four fifths of the time
    [InlineData(3, 50, 2_000_000, 200)] // a large commit: so does everything else
    public void A_requested_commit_comes_after_its_gap(double cutMs, double wholeMs, long bytes, double dueMs)
    {
        var pace = Pace();
        pace.Began(100 * Ms);
        pace.Worked((long)(cutMs * Ms), (long)(wholeMs * Ms), bytes);
        Assert.Equal((100 + dueMs) * Ms, pace.DueNs(requested: true));
        Assert.Equal(1100 * Ms, pace.DueNs(requested: false));
    }

    [Fact]
    public void Sources_that_stand_still_do_not_wait_for_a_large_commits_gap()
    {
        var pace = Pace();
        pace.Began(100 * Ms);
        pace.Worked(3 * Ms, 50 * Ms, 2_000_000);
        Assert.Equal(112 * Ms, pace.DueNs(requested: false, pressed: true));
        pace.Failed();
        Assert.Equal(600 * Ms, pace.DueNs(requested: false, pressed: true));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_failed_commit_is_tried_again_after_waits_that_double_whoever_asks(bool requested)
    {
        var pace = Pace(intervalMs: 3_600_000);
        foreach (var waitMs in (int[])[500, 1000, 2000, 4000, 8000, 8000])
        {
            pace.Began(0);
            pace.Failed();
            Assert.Equal(waitMs * Ms, pace.DueNs(requested));
        }

        pace.Worked(0, 0, 0);
        Assert.Equal(requested ? 2 * Ms : 3_600_000 * Ms, pace.DueNs(requested));
    }
}
