using EdgeAgent.Core.Readings;
using EdgeAgent.Core.State;

namespace EdgeAgent.Core.Stages.Ranges;

/// <summary>Drops, clamps or marks values outside limits; the limits themselves are inside.</summary>
public sealed class RangeStage(RangeSettings settings) : IReadingStage
{
    readonly double _min = settings.Min;
    readonly double _max = settings.Max;

    /// <summary>Values found outside, whatever became of them. Read by any thread.</summary>
    public long Outside;

    /// <inheritdoc/>
    public IStageState? State => null;

    /// <inheritdoc/>
    public void Process(ReadingBatch batch, int source, in Instant now)
    {
        var first = FirstOutside(batch.Value.AsSpan(0, batch.Count));
        if (first < 0) return;
        if (settings.Action == RangeAction.Drop) Drop(batch, first);
        else Change(batch, first);
    }

    /// <inheritdoc/>
    public void Forget(ReadOnlySpan<int> ids)
    {
    }

    int FirstOutside(ReadOnlySpan<double> values)
    {
        var (min, max) = (_min, _max);
        for (var i = 0; i < values.Length; i++)
            if (!(values[i] >= min && values[i] <= max)) return i;
        return -1;
    }

    void Drop(ReadingBatch batch, int first)
    {
        var values = batch.Value.AsSpan(0, batch.Count);
        var (min, max, kept) = (_min, _max, first);
        for (var i = first; i < values.Length; i++)
            if (values[i] >= min && values[i] <= max) batch.Move(i, kept++);

        Outside += values.Length - kept;
        batch.Count = kept;
    }

    void Change(ReadingBatch batch, int first)
    {
        var clamp = settings.Action == RangeAction.Clamp;
        for (var i = first; i < batch.Count; i++)
        {
            ref var v = ref batch.Value[i];
            if (v >= _min && v <= _max) continue;
            Outside++;
            batch.Quality[i] |= clamp ? Quality.Clamped : Quality.OutOfRange;
            if (clamp) v = v < _min ? _min : _max;
        }
    }
}
