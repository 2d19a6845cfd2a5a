using EdgeAgent.Core.Readings;
using EdgeAgent.Core.State;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Core.Stages.LabelFilters;

/// <summary>Passes or removes readings by their labels. Each series is judged once; its verdict is one byte.</summary>
public sealed class LabelFilterStage(LabelFilterSettings settings, SeriesTable series) : IReadingStage
{
    const byte Unknown = 0;
    const byte Pass = 1;
    const byte Remove = 2;
    byte[] _verdict = new byte[64];

    /// <inheritdoc/>
    public IStageState? State => null;

    /// <inheritdoc/>
    public void Process(ReadingBatch batch, int source, in Instant now)
    {
        if (_verdict.Length < series.IdLimit) Array.Resize(ref _verdict, Math.Max(2 * _verdict.Length, series.IdLimit));
        var verdict = _verdict;
        var ids = batch.Series.AsSpan(0, batch.Count);
        var kept = 0;
        for (var i = 0; i < ids.Length; i++)
        {
            var v = verdict[ids[i]];
            if (v == Unknown) v = Judge(ids[i]);
            if (v != Pass) continue;
            if (kept != i) batch.Move(i, kept);
            kept++;
        }

        batch.Count = kept;
    }

    /// <inheritdoc/>
    public void Forget(ReadOnlySpan<int> ids)
    {
        foreach (var id in ids)
            if ((uint)id < (uint)_verdict.Length) _verdict[id] = Unknown;
    }

    byte Judge(int id) => _verdict[id] = Matches(series.LabelsOf(id)) != settings.Drop ? Pass : Remove;

    bool Matches(LabelSet labels)
    {
        foreach (var (name, patterns) in settings.Labels)
        {
            if (labels[name] is not { } value) return false;
            var any = false;
            foreach (var pattern in patterns) any |= GlobPattern.IsMatch(pattern, value);
            if (!any) return false;
        }

        return true;
    }
}
