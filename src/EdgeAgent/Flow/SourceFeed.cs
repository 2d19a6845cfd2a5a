using EdgeAgent.Clocks;
using EdgeAgent.Core.Readings;
using EdgeAgent.Status;
using EdgeAgent.Supervision;

namespace EdgeAgent.Flow;

/// <summary>What the host gives a source: its gate, its batch and the way into the pipelines.</summary>
/// <remarks>
/// Used by the source's own thread: <see cref="TryEnter"/>, decode into <see cref="Batch"/> (calling <see cref="Flush"/>
/// when it is full), <see cref="Exit"/>. Everything between belongs to whole messages.
/// </remarks>
sealed class SourceFeed(int index, PipelineSlot[] pipelines, IClock clock, ICommitRequests commits, Tap tap, Progress? progress = null)
    : IBatchReceiver
{
    PipelineSlot[] _pipelines = pipelines;
    volatile bool _raisesAlerts = RaiseAlerts(pipelines);
    /// <summary>Records of the source's pipelines together that may wait for a cut [bytes]; above it the source waits,
    /// so only one receive buffer's records come on top.</summary>
    public const int MostWaitingBytes = 4 << 20;

    volatile bool _pressed;

    /// <summary>Whether the gate is blocked until the next cut, because its pipelines hold more than <see cref="MostWaitingBytes"/>.
    /// Any thread.</summary>
    public bool IsPressed => _pressed;

    /// <summary>Index of the source; its own as long as a source of its name is configured.</summary>
    public int Index { get; } = index;

    /// <summary>The gate; the commit thread closes it.</summary>
    public Gate Gate { get; } = new(progress);

    /// <summary>How far the source's own loop has come: it passes at each of its waits.</summary>
    public Progress Progress { get; } = progress ?? new Progress("source");

    /// <summary>The batch to decode into. Only between <see cref="TryEnter"/> and <see cref="Exit"/>.</summary>
    public ReadingBatch Batch { get; } = new();

    /// <summary>Arrival time of the messages between <see cref="TryEnter"/> and <see cref="Exit"/>.</summary>
    public Instant Now { get; private set; }

    /// <summary>The clock <see cref="Now"/> is read from.</summary>
    public IClock Clock => clock;

    /// <summary>Readings handed to the pipelines so far.</summary>
    public long Readings { get; private set; }

    /// <summary>Whether records of its readings may be urgent, so that a moment's wait is one too many.</summary>
    public bool RaisesAlerts => _raisesAlerts;

    /// <summary>Feeds other pipelines from now on. Commit thread, inside the gate.</summary>
    public void Feed(PipelineSlot[] pipelines)
    {
        _pipelines = pipelines;
        _raisesAlerts = RaiseAlerts(pipelines);
    }

    /// <summary>Begins with messages; false when the source has to stop.</summary>
    public bool TryEnter()
    {
        if (!Gate.TryEnter()) return false;
        Progress.At(Step.InGate);
        Now = clock.Now;
        return true;
    }

    /// <summary>As <see cref="TryEnter"/>, but does not wait while the gate is blocked.</summary>
    public bool TryEnterUnblocked()
    {
        if (!Gate.TryEnterUnblocked()) return false;
        Progress.At(Step.InGate);
        Now = clock.Now;
        return true;
    }

    /// <summary>Runs the pipelines over what is left and lets cuts happen.</summary>
    public void Exit()
    {
        try
        {
            if (Batch.Count > 0) Flush(Batch);
            if (HoldsTooMuch()) Press();
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <inheritdoc/>
    public void Flush(ReadingBatch batch)
    {
        Readings += batch.Count;
        if (tap.WantsReadings) tap.Offer(Index, batch);
        var (now, pipelines) = (Now, _pipelines);
        for (var i = 0; i < pipelines.Length - 1; i++) pipelines[i].ProcessCopy(batch, Index, now);
        if (pipelines.Length > 0) pipelines[^1].Process(batch, Index, now);
        batch.Count = 0;
    }

    /// <summary>The pipelines were emptied by a cut. Commit thread, inside the gate.</summary>
    /// <returns>Whether the source had been pressed.</returns>
    public bool Relieve()
    {
        var was = _pressed;
        _pressed = false;
        return was;
    }

    /// <summary>Asks for a commit before its time. Any thread.</summary>
    public void RequestCommit() => commits.Request();

    /// <summary>Waits until everything up to now is durable; false when the agent stops first. Not inside the gate.</summary>
    public bool CommitAndWait(CancellationToken stop) => commits.RequestAndWait(stop, Progress);

    // A disk slower than the records that come would otherwise fill the memory: readings wait at the sender instead.
    void Press()
    {
        _pressed = true;
        Gate.Block(true);
        commits.Press();
    }

    bool HoldsTooMuch()
    {
        var sum = 0L;
        foreach (var pipeline in _pipelines) sum += pipeline.WaitingBytes;
        return sum > MostWaitingBytes;
    }

    static bool RaiseAlerts(PipelineSlot[] pipelines) =>
        Array.Exists(pipelines, slot => slot.Pipeline.Lanes.Any(lane => lane.Priority > 0));
}

/// <summary>How sources ask for commits. Any thread.</summary>
interface ICommitRequests
{
    /// <summary>Asks for a commit before its time.</summary>
    void Request();

    /// <summary>Asks for a commit that does not wait for others' sake: sources stand still until it cuts.</summary>
    void Press();

    /// <summary>Asks for a commit that begins after this call and waits until one has succeeded.</summary>
    /// <param name="stop">Ends the wait.</param>
    /// <param name="waiter">Passes while it waits; null when nobody looks.</param>
    /// <returns>False when <paramref name="stop"/> came first.</returns>
    bool RequestAndWait(CancellationToken stop, Progress? waiter = null);
}
