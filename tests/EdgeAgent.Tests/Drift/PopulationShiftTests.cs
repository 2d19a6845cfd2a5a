using EdgeAgent.Core.Drift;
using EdgeAgent.Core.State;
using Xunit;

namespace EdgeAgent.Tests.Drift;

public sealed class PopulationShiftTests
{
    [Fact]
    public void The_index_is_that_of_the_formula()
    {
        var shift = new PopulationShift([1, 2], [50, 30, 20]);
        double[] values = [0.5, 0.5, double.NaN, 0.5, 1, 1.5, 1.5, 2.5, 2.5, 2.5, 9];
        foreach (var value in values) shift.Add(value);
        Assert.True(double.IsNaN(shift.Index));
        Assert.Equal(10, shift.Count);
        Assert.Equal(shift.Take(), shift.Index);
        Assert.Equal([0.4, 0.2, 0.4], shift.Shares.ToArray());
        Assert.Equal(0, shift.Count);
        var expected = ((0.4 - 0.5) * Math.Log(0.4 / 0.5)) + ((0.2 - 0.3) * Math.Log(0.2 / 0.3)) + ((0.4 - 0.2) * Math.Log(0.4 / 0.2));
        Assert.Equal(expected, shift.Index, 12);
    }

    [Fact]
    public void The_same_population_is_stable_and_a_moved_one_is_not()
    {
        var random = new Random(7);
        double[] edges = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
        var shift = new PopulationShift(edges, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
        for (var i = 0; i < 2000; i++) shift.Add(random.NextDouble());
        Assert.InRange(shift.Take(), 0, 0.05);
        for (var i = 0; i < 2000; i++) shift.Add(0.5 + (random.NextDouble() / 2));
        Assert.True(shift.Take() > 0.25);
    }

    [Fact]
    public void Memory_comes_back_as_it_was()
    {
        var (a, b) = (new PopulationShift([1, 2], [1, 1, 1]), new PopulationShift([1, 2], [1, 1, 1]));
        for (var i = 0; i < 20; i++) a.Add(i % 4);
        a.Take();
        for (var i = 0; i < 11; i++) a.Add(i % 4);
        var writer = new StateWriter();
        a.Write(writer);
        var reader = new StateReader(writer.Bytes);
        Assert.True(b.TryRead(ref reader) && reader.AtEnd);
        Assert.Equal(a.Index, b.Index);
        Assert.Equal(11, b.Count);
        Assert.Equal(a.Take(), b.Take());
    }
}
