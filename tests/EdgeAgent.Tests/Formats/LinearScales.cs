using System.Globalization;
using EdgeAgent.Core.Formats;
using Xunit;

namespace EdgeAgent.Tests.Formats;

public sealed class LinearScales
{
    /// <summary>The result is the double nearest to that of decimal arithmetic.</summary>
    [Theory]
    [InlineData(0.1, 0)]
    [InlineData(0.01, -40)]
    [InlineData(0.001, 0.5)]
    [InlineData(0.3, 0)]
    [InlineData(1.8, 32)]
    [InlineData(0.45359237, 0)]
    [InlineData(1, 273.15)]
    [InlineData(-0.05, 100)]
    public void Is_as_on_paper(double factor, double offset)
    {
        var scale = new LinearScale(factor, offset);
        for (var raw = -70_000; raw < 70_000; raw += 7)
        {
            var exact = raw * decimal.Parse(factor.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
                + decimal.Parse(offset.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            Assert.Equal(double.Parse(exact.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), scale.Of(raw));
        }
    }

    [Theory]
    [InlineData(1e300, 0, 2, 2e300)]
    [InlineData(1e-300, 0, 2, 2e-300)]
    [InlineData(0.1234567890123456789, 0, 1, 0.1234567890123456789)]
    [InlineData(0, 5, 7, 5)]
    [InlineData(1e15, 1, 1, 1000000000000001)]
    [InlineData(0.5, 3, 8_491_163_765_479_448_000d, 4_245_581_882_739_724_003d)]
    [InlineData(0.375, 0, 9_007_199_254_740_991d, 3_377_699_720_527_871.625)]
    public void Others_are_multiplied_as_they_are(double factor, double offset, double raw, double expected) =>
        Assert.Equal(expected, new LinearScale(factor, offset).Of(raw));
}
