using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Stages;
using EdgeAgent.Core.Stages.Conversions;
using Xunit;

namespace EdgeAgent.Tests.Stages.Conversions;

public sealed class ConvertStageTests
{
    static readonly Instant Now = Instant.Of(0, 0);

    [Fact]
    public void Convert_drops_what_is_no_longer_finite()
    {
        var counters = new PipelineCounters();
        var batch = StageBatch.Of((0, 1, 100), (0, 2, 1e300), (0, 3, -40));
        new ConvertStage(new ConvertSettings { Name = "convert", Scale = 1.8, Offset = 32 }, counters).Process(batch, 0, Now);
        Assert.Equal("0@1=212q0 0@2=1.8E+300q0 0@3=-40q0", StageBatch.Rows(batch));
        new ConvertStage(new ConvertSettings { Name = "convert", Scale = 1e10 }, counters).Process(batch, 0, Now);
        Assert.Equal("0@1=2120000000000q0 0@3=-400000000000q0", StageBatch.Rows(batch));
        Assert.Equal(1, counters.NotFinite);
    }
}
