using EdgeAgent.Core.Readings;
using EdgeAgent.Core.State;
using EdgeAgent.Flow;
using EdgeAgent.Status;

namespace EdgeAgent.Tests.Flow;

/// <summary>A source whose progress is the count of its messages.</summary>
sealed class FakeSource(SourceFeed feed) : ISource
{
    long _taken;
    long _cut;

    public string Name => "fake";

    public SourceFeed Feed { get; } = feed;

    public bool IsDirty { get; private set; }

    /// <summary>Messages that may be acknowledged.</summary>
    public long Committed { get; private set; }

    public int Failures { get; private set; }

    /// <summary>Takes one message with a reading of <paramref name="series"/>.</summary>
    public bool TryTake(int series, double value, double atSeconds = 1_000_000)
    {
        if (!Feed.TryEnter()) return false;
        try
        {
            Feed.Batch.Add(series, (long)(atSeconds * 1e9), value);
            _taken++;
            IsDirty = true;
        }
        finally
        {
            Feed.Exit();
        }

        return true;
    }

    public IReadOnlyList<StageStateHandle> States => [];

    public void Restore(ReadOnlySpan<byte> progress)
    {
    }

    public void Start(CancellationToken stop)
    {
    }

    public void StopReading() => Feed.Gate.Stop();

    public bool TryCopyProgress(StateWriter writer)
    {
        if (!IsDirty) return false;
        IsDirty = false;
        _cut = _taken;
        writer.Varint((ulong)_taken);
        return true;
    }

    public void OnCommitted() => Committed = _cut;

    public void OnCommitFailed()
    {
        Failures++;
        IsDirty = true;
    }

    public MonotonicTime IdleFloor(MonotonicTime now) => default;

    public void Forget(ReadOnlySpan<int> series)
    {
    }

    public void ReportSeen()
    {
    }

    public SourceStatus Status() => new(Name, "fake", SourceState.Connected, null, new StatusFields(), null);

    public void Close()
    {
    }
}
