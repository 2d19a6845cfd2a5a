using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.Stages;
using EdgeAgent.Core.State;

namespace EdgeAgent.Core.Pipelines;

/// <summary>The end of a pipeline without a window: every reading that came so far becomes a record.</summary>
sealed class EmitStage(StageContext context) : IReadingStage
{
    RecordHead?[] _heads = new RecordHead?[64];

    /// <inheritdoc/>
    public IStageState? State => null;

    /// <inheritdoc/>
    public void Process(ReadingBatch batch, int source, in Instant now)
    {
        if (_heads.Length < context.Series.IdLimit) Array.Resize(ref _heads, Math.Max(2 * _heads.Length, context.Series.IdLimit));
        for (var i = 0; i < batch.Count; i++)
        {
            ref var head = ref _heads[batch.Series[i]];
            head ??= context.Records.Encoder.HeadOf(context.Series.LabelsOf(batch.Series[i]));
            context.Records.Write(context.Identity, head, batch.TimeNs[i], batch.Value[i], batch.Quality[i]);
        }

        batch.Count = 0;
    }

    /// <inheritdoc/>
    public void Forget(ReadOnlySpan<int> ids)
    {
        foreach (var id in ids)
            if ((uint)id < (uint)_heads.Length) _heads[id] = null;
    }
}
