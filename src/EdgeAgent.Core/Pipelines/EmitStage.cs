using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.Stages;
using EdgeAgent.Core.State;

namespace EdgeAgent.Core.Pipelines;

/// <summary>The end of a pipeline without a window: every reading that came so far becomes a record.</summary>
sealed class EmitStage : IReadingStage
{
    readonly StageContext _context;
    RecordHead?[] _heads = new RecordHead?[64];

    /// <summary>A stage without memory.</summary>
    public EmitStage(StageContext context)
    {
        _context = context;
        context.Records.AddPriority(RecordPriority.Raw);
    }

    /// <inheritdoc/>
    public IStageState? State => null;

    /// <inheritdoc/>
    public void Process(ReadingBatch batch, int source, in Instant now)
    {
        if (_heads.Length < _context.Series.IdLimit) Array.Resize(ref _heads, Math.Max(2 * _heads.Length, _context.Series.IdLimit));
        for (var i = 0; i < batch.Count; i++)
        {
            ref var head = ref _heads[batch.Series[i]];
            head ??= _context.Records.Encoder.HeadOf(_context.Series.LabelsOf(batch.Series[i]));
            _context.Records.Write(_context.Identity, head, batch.TimeNs[i], batch.Value[i], batch.Quality[i]);
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
