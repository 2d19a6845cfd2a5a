using EdgeAgent.Core.State;
using EdgeAgent.Core.Statistics;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EdgeAgent.Tests.Statistics;

public sealed class DdSketchTests
{
    const double Accuracy = 0.01;

    [Fact]
    public void A_quantile_is_within_its_relative_error_of_the_sorted_values()
    {
        Prop.ForAll<NonEmptyArray<NormalFloat>, byte>((values, share) =>
        {
            // Magnitudes within 8 decades stay inside the bins, where the promise holds for every quantile.
            var all = values.Get.Select(v => Math.Abs(v.Get) < 1e-4 ? 0 : Math.Clamp(v.Get, -1e4, 1e4)).ToArray();
            var sketch = new DdSketch(Accuracy);
            foreach (var value in all) sketch.Add(value);
            var q = share / 255.0;
            Array.Sort(all);
            var rank = q * (all.Length - 1);
            // The definition leaves the choice between the two neighbours of a rank that is not whole.
            var (low, high) = (all[(int)Math.Floor(rank)], all[(int)Math.Ceiling(rank)]);
            var got = sketch.Quantile(q);
            return got >= low - (Accuracy * Math.Abs(low)) - 1e-12 && got <= high + (Accuracy * Math.Abs(high)) + 1e-12;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Far_values_join_the_low_bins_and_leave_the_high_quantiles_right()
    {
        var sketch = new DdSketch(Accuracy);
        var random = new Random(1);
        var all = Enumerable.Range(0, 20_000).Select(_ => Math.Pow(10, (random.NextDouble() * 60) - 30)).ToArray();
        foreach (var value in all) sketch.Add(value);
        Array.Sort(all);
        foreach (var q in (double[])[0.9, 0.99, 0.999])
            Assert.InRange(sketch.Quantile(q) / all[(int)(q * (all.Length - 1))], 1 - (2 * Accuracy), 1 + (2 * Accuracy));
    }

    [Fact]
    public void Old_values_fade()
    {
        var sketch = new DdSketch(Accuracy, memory: 1000);
        for (var i = 0; i < 5_000; i++) sketch.Add(1);
        for (var i = 0; i < 5_000; i++) sketch.Add(100);
        Assert.InRange(sketch.Quantile(0.05), 99, 101);
        Assert.True(sketch.Count < 1000);
    }

    [Fact]
    public void Memory_comes_back_as_it_was_and_a_torn_one_is_refused()
    {
        var sketch = new DdSketch(Accuracy);
        var random = new Random(2);
        for (var i = 0; i < 1000; i++) sketch.Add(random.NextDouble() - 0.5);
        var writer = new StateWriter();
        sketch.Write(writer);
        var reader = new StateReader(writer.Bytes);
        var back = new DdSketch(Accuracy);
        Assert.True(back.TryRead(ref reader) && reader.AtEnd);
        foreach (var q in (double[])[0, 0.1, 0.5, 0.99, 1]) Assert.Equal(sketch.Quantile(q), back.Quantile(q));
        for (var n = 0; n < writer.Length; n++)
        {
            var torn = new StateReader(writer.Bytes[..n]);
            Assert.False(new DdSketch(Accuracy).TryRead(ref torn));
        }
    }
}
