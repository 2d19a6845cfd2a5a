using EdgeAgent.Core.Readings;
using EdgeAgent.Core.State;

namespace EdgeAgent.Core.Stages.Conversions;

/// <summary>Value × scale + offset. A result that is not finite is dropped and counted.</summary>
public sealed class ConvertStage(ConvertSettings settings, PipelineCounters counters) : IReadingStage
{
    /// <inheritdoc/>
    public IStageState? State => null;

    /// <inheritdoc/>
    public void Process(ReadingBatch batch, int source, in Instant now)
    {
        var values = batch.Value.AsSpan(0, batch.Count);
        var (scale, offset, allFinite) = (settings.Scale, settings.Offset, true);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (values[i] * scale) + offset;
            allFinite &= double.IsFinite(values[i]);
        }

        if (!allFinite) DropInfinite(batch);
    }

    /// <inheritdoc/>
    public void Forget(ReadOnlySpan<int> ids)
    {
    }

    void DropInfinite(ReadingBatch batch)
    {
        var kept = 0;
        for (var i = 0; i < batch.Count; i++)
            if (double.IsFinite(batch.Value[i])) batch.Move(i, kept++);

        counters.NotFinite += batch.Count - kept;
        batch.Count = kept;
    }
}
