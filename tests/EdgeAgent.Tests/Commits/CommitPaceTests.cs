using EdgeAgent.Commits;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Settings;
using Xunit;

namespace EdgeAgent.Tests.Commits;

/// <summary>Many small commits, few large ones, and a failing disk is not asked all the time.</summary>
public sealed class CommitPaceTests
{
    static TimeSpan Ms(double count) => TimeSpan.FromMilliseconds(count);

    static MonotonicTime At(double ms) => new((long)(ms * 1_000_000));

    static CommitPace Pace(long intervalMs = 1000) =>
        new(new CommitSettings { Interval = TimeSpan.FromMilliseconds(intervalMs), MinGap = TimeSpan.FromMilliseconds(2) });

    [Theory]
    [InlineData(0.1, 5, 1000, 2)] // small: the shortest gap
    [InlineData(3, 5, 1000, 12)] // a long cut: readings get four fifths of the time
    [InlineData(3, 50, 2_000_000, 200)] // a large commit: so does everything else
    public void A_requested_commit_comes_after_its_gap(double cutMs, double wholeMs, long bytes, double dueMs)
    {
        var pace = Pace();
        pace.Began(At(100));
        pace.Worked(Ms(cutMs), Ms(wholeMs), bytes);
        Assert.Equal(At(100 + dueMs), pace.Due(requested: true));
        Assert.Equal(At(1100), pace.Due(requested: false));
    }

    [Fact]
    public void Sources_that_stand_still_do_not_wait_for_a_large_commits_gap()
    {
        var pace = Pace();
        pace.Began(At(100));
        pace.Worked(Ms(3), Ms(50), 2_000_000);
        Assert.Equal(At(112), pace.Due(requested: false, pressed: true));
        pace.Failed();
        Assert.Equal(At(600), pace.Due(requested: false, pressed: true));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_failed_commit_is_tried_again_after_waits_that_double_whoever_asks(bool requested)
    {
        var pace = Pace(intervalMs: 3_600_000);
        foreach (var waitMs in (int[])[500, 1000, 2000, 4000, 8000, 8000])
        {
            pace.Began(At(0));
            pace.Failed();
            Assert.Equal(At(waitMs), pace.Due(requested));
        }

        pace.Worked(TimeSpan.Zero, TimeSpan.Zero, 0);
        Assert.Equal(At(requested ? 2 : 3_600_000), pace.Due(requested));
    }
}
