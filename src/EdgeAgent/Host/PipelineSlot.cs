using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Readings;

namespace EdgeAgent.Host;

/// <summary>A pipeline with the lock its sources share and the batch they copy into.</summary>
sealed class PipelineSlot(Pipeline pipeline)
{
    const int EarlyBytes = 256 << 10;
    readonly Lock _lock = new();
    readonly ReadingBatch _copy = new();

    /// <summary>The pipeline; touched under the lock, or by the commit thread while all gates are closed.</summary>
    public Pipeline Pipeline { get; } = pipeline;

    /// <summary>Who is asked for a commit when records are urgent or many; set once before the start.</summary>
    public ICommitRequests? Commits { get; set; }

    /// <summary>Runs the pipeline over a copy of <paramref name="batch"/>, which stays as it is.</summary>
    public void ProcessCopy(ReadingBatch batch, int source, in Instant now)
    {
        lock (_lock)
        {
            batch.CopyTo(_copy);
            Pipeline.Process(_copy, source, now);
            if (IsUrgent()) Commits?.Request();
        }
    }

    /// <summary>Runs the pipeline over <paramref name="batch"/> itself, which is left empty.</summary>
    public void Process(ReadingBatch batch, int source, in Instant now)
    {
        lock (_lock)
        {
            Pipeline.Process(batch, source, now);
            if (IsUrgent()) Commits?.Request();
        }
    }

    /// <summary>Alerts do not wait for the interval, nor do more bytes than a commit should hold.</summary>
    bool IsUrgent()
    {
        if (Pipeline.IsUrgent) return true;
        var lanes = Pipeline.Lanes;
        for (var i = 0; i < lanes.Count; i++)
            if (lanes[i].Records.Length > EarlyBytes) return true;
        return false;
    }
}
