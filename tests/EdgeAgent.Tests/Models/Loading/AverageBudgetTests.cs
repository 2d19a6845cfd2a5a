using EdgeAgent.Core.Readings;
using EdgeAgent.Models.Loading;
using Xunit;

namespace EdgeAgent.Tests.Models.Loading;

public sealed class AverageBudgetTests
{
    static readonly TimeSpan s_budget = TimeSpan.FromMilliseconds(5);

    static long Ns(double milliseconds) => (long)(milliseconds * 1e6);

    static MonotonicTime At(double milliseconds) => new(Ns(milliseconds));

    // Runs one after another from a moment on, one each `every` ms; how many of them ran.
    static int Run(AverageBudget budget, int runs, double every, Func<int, double> took, double from = 1e6, bool ended = false)
    {
        var ran = 0;
        for (var i = 0; i < runs; i++)
        {
            var now = At(from + (i * every));
            if (budget.Rests(now)) continue;
            budget.Add(now, Ns(took(i)), ended);
            ran++;
        }

        return ran;
    }

    [Fact]
    public void Near_the_budget_nothing_flaps() =>
        Assert.Equal(2000, Run(new AverageBudget(s_budget), 2000, 20, i => i % 2 == 0 ? 3.9 : 6));

    [Fact]
    public void A_slow_row_now_and_then_is_scored() =>
        Assert.Equal(1000, Run(new AverageBudget(s_budget), 1000, 100, i => i % 20 == 0 ? 80 : 0.1));

    [Fact]
    public void Twice_the_budget_rests_most_of_the_time_and_tries_again()
    {
        // Twenty budgets are used up by 21 runs of twice as much; then 2 s of rest. The next 21 follow it.
        var ran = Run(new AverageBudget(s_budget), 600, 20, _ => 10);
        Assert.InRange(ran, 100, 126);
    }

    [Fact]
    public void What_was_ended_rests_at_once_and_a_minute_at_most()
    {
        var budget = new AverageBudget(s_budget);
        Assert.Equal(1, Run(budget, 100, 20, _ => 100, ended: true)); // 2 s
        Assert.False(budget.Rests(At(1e6 + 2001)));
        var slow = new AverageBudget(TimeSpan.FromSeconds(10));
        slow.Add(At(1e6), Ns(200_000), wasEnded: true);
        Assert.True(slow.Rests(At(1e6 + 59_999)));
        Assert.False(slow.Rests(At(1e6 + 60_001)));
        slow.Add(At(2e6), Ns(200_000), wasEnded: true);
        slow.Forget();
        Assert.False(slow.Rests(At(2e6)));
    }

    [Fact]
    public void What_is_older_than_the_span_does_not_count()
    {
        var budget = new AverageBudget(s_budget);
        Run(budget, 1, 0, _ => 90);
        Assert.Equal(1, Run(budget, 1, 0, _ => 90, from: 1e6 + 11_000));
        Assert.False(budget.Rests(At(1e6 + 11_001)));
        Run(budget, 1, 0, _ => 90, from: 1e6 + 12_000);
        Assert.True(budget.Rests(At(1e6 + 12_001)));
    }
}
