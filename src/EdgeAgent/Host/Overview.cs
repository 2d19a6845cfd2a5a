using EdgeAgent.Clocks;
using EdgeAgent.Commits;
using EdgeAgent.Core.Readings;
using EdgeAgent.Libraries;
using EdgeAgent.Logs;
using EdgeAgent.Models;
using EdgeAgent.Running;
using EdgeAgent.Status;
using EdgeAgent.Storage;

namespace EdgeAgent.Host;

/// <summary>Asks all rooms for a look at them: for the status and for the counts in the log. Any thread.</summary>
sealed class Overview(string id, IStore store, SeriesTable series, IClock clock)
{
    readonly MonotonicTime _started = clock.Monotonic;

    /// <summary>What runs: it changes with a reload.</summary>
    public required Func<RunningParts> Parts { get; init; }

    /// <summary>What reloads have done; null before the first.</summary>
    public required Func<ReloadStatus?> Reload { get; init; }

    /// <summary>Makes all of it durable.</summary>
    public required CommitLoop Commits { get; init; }

    /// <summary>Models of the score stages.</summary>
    public required ModelHost Models { get; init; }

    /// <summary>Forgets series.</summary>
    public required SeriesSweep Sweep { get; init; }

    /// <summary>What the start made of stored state.</summary>
    public required Restoration Restoration { get; init; }

    /// <summary>Records for outputs that are not configured.</summary>
    public required Strangers Strangers { get; init; }

    /// <summary>Where the gateway is with its fleet; null when it is in none.</summary>
    public Func<StatusFields?> Fleet { get; init; } = () => null;

    /// <summary>A look at everything.</summary>
    public GatewayStatus Status() => Status(Parts());

    GatewayStatus Status(RunningParts parts) => new()
    {
        At = clock.Now.Wall,
        Agent = new AgentStatus
        {
            Id = id,
            Version = Product.Version,
            StoreId = store.StoreId,
            Salvaged = store.Salvaged,
            Uptime = clock.Monotonic - _started,
            ResidentBytes = Environment.WorkingSet,
            HeapBytes = GC.GetTotalMemory(false),
            LogLinesDropped = LogWriter.DroppedInAll,
            Series = series.Count,
            SeriesRefused = series.Refusals,
            SeriesRefusedFirst = series.ListRefused(),
            SeriesBytes = series.Bytes,
            SeriesEvicted = Sweep.Evicted,
            StateBytes = Sweep.StateBytes(),
            ShedAtStart = Restoration.Shed,
        },
        Commits = Commits.Statistics.Status(),
        Sources = [.. parts.Sources.Select(s => s.Status())],
        Pipelines = [.. parts.Pipelines.Select(p => new PipelineStatus(p.Pipeline.Settings.Name, p.Pipeline.Counters))],
        Models = Models.Status(),
        ModelMemory = Models.Memory(),
        Outputs = [.. parts.Outputs.Select(o => o.Pump.Status())],
        Strangers = Strangers.Status(),
        Reload = Reload(),
        Fleet = Fleet(),
    };

    /// <summary>The run's counts as one line for the log.</summary>
    public (string Template, object[] Values) Counts()
    {
        var parts = Parts();
        var outputs = parts.Outputs.Select(o => o.Pump.Status()).ToList();
        var pipelines = parts.Pipelines.Select(p => p.Pipeline.Counters).ToList();
        return ("readings {Readings}, late {Late}, future {Future}, open windows {OpenWindows}, records {Records}, confirmed {Confirmed}, "
            + "backlog {Backlog}, commits {Commits}, failed commits {FailedCommits}, memory {MemoryMib} MiB",
        [
            parts.Sources.Sum(s => s.Feed.Readings),
            pipelines.Sum(c => c.Late),
            pipelines.Sum(c => c.Future),
            pipelines.Sum(c => c.OpenWindows),
            pipelines.Sum(c => c.RecordsOut),
            outputs.Sum(s => s.Confirmed),
            outputs.Sum(s => s.BacklogRecords),
            Commits.Statistics.Done,
            Commits.Statistics.Failed,
            Environment.WorkingSet >> 20,
        ]);
    }
}
