using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Stages.Scores;
using EdgeAgent.Host;
using EdgeAgent.Models;
using EdgeAgent.Status;
using Xunit;

namespace EdgeAgent.Tests.Host;

public sealed class ScoreWatchTests
{
    readonly LogLines _log = new();
    readonly ScoreCounters _counters = new();
    readonly ScoreWatch _watch;
    MonotonicTime _now;

    public ScoreWatchTests()
    {
        var use = new ModelUse { Pipeline = "p", Stage = "score", Model = "pump", Counters = _counters, Swaps = 0, Drift = [] };
        _watch = new ScoreWatch(() => [use], _log.Limiter);
    }

    [Fact]
    public void Each_cause_is_one_warning_and_no_news_is_none()
    {
        _counters.Scored = 100;
        Look();
        Assert.Empty(_log.All);
        (_counters.Scored, _counters.OverBudget, _counters.NotFinite) = (101, 7, 3);
        Look();
        Look();
        Assert.Equal(2, _log.All.Count);
        Assert.Contains("7 rows got no score of their own in the last seconds, 1 did: the run took longer than the model's `budget`",
            _log.All[0], StringComparison.Ordinal);
        Assert.Contains("3 rows", _log.All[1], StringComparison.Ordinal);
        _counters.OverBudget++;
        Look(); // within the minute of its last one
        Assert.Equal(2, _log.All.Count);
    }

    [Fact]
    public void Missing_values_are_told_of_only_while_nothing_is_scored()
    {
        (_counters.Scored, _counters.Missing) = (10, 10);
        Look();
        Assert.Empty(_log.All);
        _counters.Missing = 20;
        Look();
        Assert.Contains("values were missing from every row", Assert.Single(_log.All), StringComparison.Ordinal);
    }

    void Look() => _watch.AtRest(_now += TimeSpan.FromSeconds(11));
}
