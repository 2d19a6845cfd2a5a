using EdgeAgent.Core.Readings;
using EdgeAgent.Core.State;

namespace EdgeAgent.Core.Stages.Rounding;

/// <summary>Gives each value the nearest multiple of a step.</summary>
public sealed class RoundStage(RoundSettings settings) : IReadingStage
{
    /// <inheritdoc/>
    public IStageState? State => null;

    /// <inheritdoc/>
    public void Process(ReadingBatch batch, int source, in Instant now)
    {
        var step = settings.Step;
        foreach (ref var value in batch.Value.AsSpan(0, batch.Count)) value = Math.Round(value / step) * step;
    }

    /// <inheritdoc/>
    public void Forget(ReadOnlySpan<int> ids)
    {
    }
}
