using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Scoring;
using Xunit;

namespace EdgeAgent.Tests.Scoring;

public sealed class PopulationShiftTests
{
    [Fact]
    public void The_index_is_that_of_the_formula()
    {
        var shift = new PopulationShift([1, 2], [50, 30, 20], 10);
        double[] values = [0.5, 0.5, 0.5, 1, 1.5, 1.5, 2.5, 2.5, 2.5];
        foreach (var value in values) Assert.False(shift.Add(value));
        Assert.True(double.IsNaN(shift.Index));
        Assert.True(shift.Add(9));
        var expected = ((0.4 - 0.5) * Math.Log(0.4 / 0.5)) + ((0.2 - 0.3) * Math.Log(0.2 / 0.3)) + ((0.4 - 0.2) * Math.Log(0.4 / 0.2));
        Assert.Equal(expected, shift.Index, 12);
    }

    [Fact]
    public void The_same_population_is_stable_and_a_moved_one_is_not()
    {
        var random = new Random(7);
        double[] edges = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
        var shift = new PopulationShift(edges, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 2000);
        for (var i = 0; i < 2000; i++) shift.Add(random.NextDouble());
        Assert.InRange(shift.Index, 0, 0.05);
        for (var i = 0; i < 2000; i++) shift.Add(0.5 + (random.NextDouble() / 2));
        Assert.True(shift.Index > 0.25);
    }

    [Fact]
    public void Memory_comes_back_as_it_was()
    {
        var (a, b) = (new PopulationShift([1, 2], [1, 1, 1], 20), new PopulationShift([1, 2], [1, 1, 1], 20));
        for (var i = 0; i < 31; i++) a.Add(i % 4);
        var writer = new StateWriter();
        a.Write(writer);
        var reader = new StateReader(writer.Bytes);
        Assert.True(b.TryRead(ref reader) && reader.AtEnd);
        Assert.Equal(a.Index, b.Index);
        for (var i = 0; i < 9; i++) Assert.Equal(a.Add(i % 3), b.Add(i % 3));
        Assert.Equal(a.Index, b.Index);
    }
}
