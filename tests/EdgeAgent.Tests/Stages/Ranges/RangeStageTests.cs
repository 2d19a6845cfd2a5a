using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Stages.Ranges;
using Xunit;

namespace EdgeAgent.Tests.Stages.Ranges;

public sealed class RangeStageTests
{
    [Theory]
    [InlineData(RangeAction.Drop, "0@1=-1q0 0@3=5q0 0@5=0q0", 2)]
    [InlineData(RangeAction.Clamp, "0@1=-1q0 0@2=5q4 0@3=5q0 0@4=-1q4 0@5=0q0", 2)]
    [InlineData(RangeAction.Mark, "0@1=-1q0 0@2=5.1q1 0@3=5q0 0@4=-7q1 0@5=0q0", 2)]
    public void What_is_outside_is_dropped_clamped_or_marked(RangeAction action, string expected, int outside)
    {
        var stage = new RangeStage(new RangeSettings { Name = "range", Min = -1, Max = 5, Action = action });
        var batch = StageBatch.Of((0, 1, -1), (0, 2, 5.1), (0, 3, 5), (0, 4, -7), (0, 5, 0));
        stage.Process(batch, 0, Instant.Of(0, 0));
        Assert.Equal((expected, outside), (StageBatch.Rows(batch), stage.Outside));
    }
}
