using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;

namespace EdgeAgent.Core.Stages;

/// <summary>What a stage is given when it is built; the same objects for the life of the pipeline.</summary>
public sealed class StageContext
{
    /// <summary>Name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Starts the ids of the stage's records.</summary>
    public required RecordIdentity Identity { get; init; }

    /// <summary>Labels of series ids.</summary>
    public required SeriesTable Series { get; init; }

    /// <summary>Takes records.</summary>
    public required PipelineRecords Records { get; init; }

    /// <summary>Where a folding stage puts its summaries.</summary>
    public required ISummaryReceiver Next { get; init; }

    /// <summary>The pipeline's counters.</summary>
    public required PipelineCounters Counters { get; init; }

    /// <summary>Takes notices for the log; see <see cref="NoticeBoard"/>.</summary>
    public required NoticeBoard Notices { get; init; }

    /// <summary>Whether a stage behind this one makes something of rows with missing fields.</summary>
    public bool TakesIncomplete { get; init; }

    /// <summary>Bits of the sources that feed the pipeline.</summary>
    public required ulong Sources { get; init; }

    /// <summary>How far ahead of the gateway's clock an event time may lie [ns].</summary>
    public required long MaxFutureNs { get; init; }

    /// <summary>Memory of a group none of whose series is known any more is dropped after so long.</summary>
    public required TimeSpan SeriesTtl { get; init; }

    /// <summary>What the host lends; see <see cref="Lent"/>.</summary>
    public IReadOnlyList<object> AllLent { get; init; } = [];

    /// <summary>What the host lends of this type: models, for stages that score.</summary>
    /// <exception cref="ArgumentException">It lends none.</exception>
    public T Lent<T>()
        where T : class => AllLent.OfType<T>().FirstOrDefault()
            ?? throw new ArgumentException($"a stage of pipeline `{Pipeline}` needs {typeof(T).Name}, which is not lent here");
}
