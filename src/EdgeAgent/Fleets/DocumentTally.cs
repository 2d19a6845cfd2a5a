using EdgeAgent.Fleet.Gateway;
using EdgeAgent.Status;

namespace EdgeAgent.Fleets;

/// <summary>What became of documents and values since the start. One thread counts, any reads.</summary>
sealed class DocumentTally
{
    static readonly FleetPhase[] s_ends = [FleetPhase.Good, FleetPhase.Reverting, FleetPhase.Rejected, FleetPhase.Refused];
    static readonly string[] s_words = ["good", "reverted", "rejected", "refused"];
    readonly long[] _counts = new long[s_ends.Length];

    /// <summary>Each with its word.</summary>
    public StatusFields Fields
    {
        get
        {
            var fields = new StatusFields();
            for (var i = 0; i < s_words.Length; i++) fields.Add(s_words[i], Interlocked.Read(ref _counts[i]));
            return fields;
        }
    }

    /// <summary>A phase is in force.</summary>
    public void Count(FleetPhase phase)
    {
        var i = Array.IndexOf(s_ends, phase);
        if (i >= 0) Interlocked.Increment(ref _counts[i]);
    }
}
