using EdgeAgent.Outputs;
using EdgeAgent.Storage;

namespace EdgeAgent.Tests.Outputs;

/// <summary>Collects confirmations and lets a test wait for one.</summary>
sealed class Confirmations(Action<Lane, long>? onConfirmed = null) : IConfirmations
{
    static readonly TimeSpan s_guard = TimeSpan.FromSeconds(60);
    readonly object _lock = new();

    public List<(Lane Lane, long Through)> All { get; } = [];

    public List<RejectedRecord> Rejects { get; } = [];

    public void Confirmed(Lane lane, long firstNumber, long throughNumber)
    {
        lock (_lock)
        {
            All.Add((lane, throughNumber));
            Monitor.PulseAll(_lock);
        }

        onConfirmed?.Invoke(lane, throughNumber);
    }

    public void Moved(Lane lane, long firstNumber, long throughNumber, IReadOnlyList<MovedRecords> records) =>
        Confirmed(lane, firstNumber, throughNumber);

    public void Rejected(RejectedRecord record)
    {
        lock (_lock) Rejects.Add(record);
    }

    /// <summary>Waits until <paramref name="lane"/> is confirmed through <paramref name="number"/>; false when it hangs.</summary>
    public bool Wait(Lane lane, long number)
    {
        lock (_lock)
        {
            while (!All.Any(c => c.Lane == lane && c.Through >= number))
                if (!Monitor.Wait(_lock, s_guard)) return false;
            return true;
        }
    }
}
