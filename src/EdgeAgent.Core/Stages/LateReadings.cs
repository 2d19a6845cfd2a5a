using EdgeAgent.Core.Records;

namespace EdgeAgent.Core.Stages;

/// <summary>Makes records of the readings a stage comes too late for, for outputs with a <c>late_topic</c>, and counts them.</summary>
/// <remarks>Allocates once a series. Single-threaded, under the pipeline's lock.</remarks>
public sealed class LateReadings
{
    readonly StageContext _context;
    RecordHead?[] _heads = [];

    /// <summary>For a stage with <paramref name="context"/>.</summary>
    public LateReadings(StageContext context)
    {
        _context = context;
        if (context.Records.TakesLate) context.Records.AddPriority(RecordPriority.Raw);
    }

    /// <summary>A reading has come too late.</summary>
    /// <param name="series">Its series.</param>
    /// <param name="timeNs">Its event time [ns since the Unix epoch].</param>
    /// <param name="value">Its value.</param>
    /// <param name="watermarkNs">How far its group had come.</param>
    public void Add(int series, long timeNs, double value, long watermarkNs)
    {
        _context.Counters.Late++;
        if (!_context.Records.TakesLate) return;
        if (series >= _heads.Length) Array.Resize(ref _heads, Math.Max(2 * _heads.Length, _context.Series.IdLimit));
        ref var head = ref _heads[series];
        head ??= _context.Records.Encoder.HeadOf(_context.Series.LabelsOf(series));
        _context.Records.WriteLate(_context.Identity, head, timeNs, value, watermarkNs);
    }

    /// <summary>Forgets the series <paramref name="ids"/>.</summary>
    public void Forget(ReadOnlySpan<int> ids)
    {
        foreach (var id in ids)
            if ((uint)id < (uint)_heads.Length) _heads[id] = null;
    }
}
