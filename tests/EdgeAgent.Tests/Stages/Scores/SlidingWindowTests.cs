using EdgeAgent.Core.Stages.Scores;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EdgeAgent.Tests.Stages.Scores;

public sealed class SlidingWindowTests
{
    [Fact]
    public void Holds_the_last_values_in_order()
    {
        Prop.ForAll<PositiveInt, double[]>((length, values) =>
        {
            var n = 1 + length.Get % 20;
            var window = new SlidingWindow(n);
            var all = new List<double>();
            foreach (var value in values)
            {
                window.Push(value);
                all.Add(value);
                if (!window.Values.SequenceEqual(all.TakeLast(n).ToArray())) return false;
                if (window.IsFull != all.Count >= n) return false;
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }
}
