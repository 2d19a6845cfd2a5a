using EdgeAgent.Core.Readings;
using EdgeAgent.Core.State;
using EdgeAgent.Status;

namespace EdgeAgent.Flow;

/// <summary>A source as the host sees it. Its data path runs on its own thread; see <see cref="SourceFeed"/>.</summary>
interface ISource
{
    /// <summary>The key under <c>sources</c>.</summary>
    string Name { get; }

    /// <summary>Its gate and way into the pipelines.</summary>
    SourceFeed Feed { get; }

    /// <summary>What it remembers unit by unit, as stages do: a commit appends what changed.</summary>
    IReadOnlyList<StageStateHandle> States { get; }

    /// <summary>Takes the progress stored by an earlier run, empty when there is none; its <see cref="States"/> are restored.
    /// Before <see cref="Start"/>.</summary>
    void Restore(ReadOnlySpan<byte> progress);

    /// <summary>Starts its thread; returns at once.</summary>
    void Start(CancellationToken stop);

    /// <summary>Stops taking messages and waits for its thread; acknowledgements can still leave.</summary>
    void StopReading();

    /// <summary>
    /// Writes its progress for a cut, if that changed, and remembers what the commit will allow it to acknowledge; after its
    /// <see cref="States"/> were taken. Commit thread, gate closed.
    /// </summary>
    /// <returns>False when nothing changed since the last successful commit, its states included.</returns>
    bool TryCopyProgress(StateWriter writer);

    /// <summary>The commit of the last cut is durable: acknowledgements leave now. Commit thread, gate open.</summary>
    void OnCommitted();

    /// <summary>The commit of the last cut failed; its progress joins the next. Commit thread, gate open.</summary>
    void OnCommitFailed();

    /// <summary>Idle time counts from here at the earliest: the last moment it was not both connected and drained.</summary>
    MonotonicTime IdleFloor(MonotonicTime now);

    /// <summary>Drops what it remembers of these series. Commit thread, all gates closed.</summary>
    void Forget(ReadOnlySpan<int> series);

    /// <summary>Tells the series table which series it has heard of lately. Commit thread, all gates closed.</summary>
    void ReportSeen();

    /// <summary>A look from outside. Any thread.</summary>
    SourceStatus Status();

    /// <summary>Closes its connection. After the last commit.</summary>
    void Close();
}
