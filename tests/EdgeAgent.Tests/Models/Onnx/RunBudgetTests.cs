using EdgeAgent.Clocks;
using EdgeAgent.Models.Onnx;
using Xunit;

namespace EdgeAgent.Tests.Models.Onnx;

/// <summary>What watches over a model's budget ends when it is told to, and not when the budget is over.</summary>
public sealed class RunBudgetTests
{
    static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    [Fact]
    public void One_that_never_saw_a_run_ends_at_once() => Ends(_ => { });

    [Fact]
    public void One_whose_first_run_it_had_no_time_to_see_ends_at_once() => Ends(budget =>
    {
        budget.Begin();
        budget.End();
    });

    [Fact]
    public void One_within_a_budget_ends_at_once() => Ends(budget =>
    {
        budget.Begin();
        budget.End();
        Thread.Sleep(20); // it waits for the budget by now, or does not yet: both have to end
    });

    static void Ends(Action<RunBudget> use)
    {
        // No run: it is looked at only when a budget is over.
        for (var i = 0; i < 20; i++)
        {
            var budget = new RunBudget(null!, s_hour, new SystemClock());
            use(budget);
            var dispose = new Thread(budget.Dispose) { IsBackground = true };
            dispose.Start();
            Assert.True(dispose.Join(TimeSpan.FromMinutes(1)), "still waiting for the budget");
        }
    }
}
