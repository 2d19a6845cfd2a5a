using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Readings;

namespace EdgeAgent.Flow;

/// <summary>A pipeline with the lock its sources share and the batch they copy into.</summary>
sealed class PipelineSlot(Pipeline pipeline)
{
    const int EarlyBytes = 256 << 10;
    readonly Lock _lock = new();
    readonly ReadingBatch _copy = new();
    MonotonicTime? _alertSince;

    /// <summary>The pipeline; touched under the lock, or by the commit thread while all gates are closed.</summary>
    public Pipeline Pipeline { get; } = pipeline;

    /// <summary>Bytes of records that wait for the next cut. Any thread; a number a moment old.</summary>
    public long WaitingBytes
    {
        get
        {
            var lanes = Pipeline.Lanes;
            var sum = 0L;
            for (var i = 0; i < lanes.Count; i++) sum += lanes[i].Records.Length;
            return sum;
        }
    }

    /// <summary>Who is asked for a commit when records are urgent or many; set once before the start.</summary>
    public ICommitRequests? Commits { get; set; }

    /// <summary>Lanes whose records of this pipeline's priorities above 0 leave before the commit. Any thread may set it.</summary>
    public ImmediateLane[] Immediate
    {
        get;
        set
        {
            lock (_lock) field = value;
        }
    } = [];

    /// <summary>When the readings came of which the first alert was made that waits for the cut; null when none waits. Starts anew.
    /// Commit thread, while all gates are closed.</summary>
    public MonotonicTime? TakeAlertSince()
    {
        var since = _alertSince;
        _alertSince = null;
        return since;
    }

    /// <summary>Runs the pipeline over a copy of <paramref name="batch"/>, which stays as it is.</summary>
    public void ProcessCopy(ReadingBatch batch, int source, in Instant now)
    {
        lock (_lock)
        {
            batch.CopyTo(_copy);
            Run(_copy, source, now);
            if (IsUrgent(now)) Commits?.Request();
        }
    }

    /// <summary>Runs the pipeline over <paramref name="batch"/> itself, which is left empty.</summary>
    public void Process(ReadingBatch batch, int source, in Instant now)
    {
        lock (_lock)
        {
            Run(batch, source, now);
            if (IsUrgent(now)) Commits?.Request();
        }
    }

    void Run(ReadingBatch batch, int source, in Instant now)
    {
        foreach (var lane in Immediate) lane.Mark();
        Pipeline.Process(batch, source, now);
        foreach (var lane in Immediate) lane.SendNew();
    }

    /// <summary>Alerts do not wait for the interval, nor do more bytes than a commit should hold.</summary>
    bool IsUrgent(in Instant now)
    {
        if (Pipeline.IsUrgent)
        {
            _alertSince ??= now.Monotonic;
            return true;
        }

        var lanes = Pipeline.Lanes;
        for (var i = 0; i < lanes.Count; i++)
            if (lanes[i].Records.Length > EarlyBytes) return true;
        return false;
    }
}
