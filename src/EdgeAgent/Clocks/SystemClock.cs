using System.Diagnostics;
using EdgeAgent.Core.Readings;
using EdgeAgent.Libraries;
using EdgeAgent.Native.Clock;

namespace EdgeAgent.Clocks;

/// <summary>The machine's clocks.</summary>
/// <remarks>
/// The wall clock is trusted when the kernel says it is synchronised and it is past the date this version was made
/// (a board without a battery clock starts in 1970 or at its image's date). Asked again at most once a second.
/// </remarks>
sealed class SystemClock(bool alwaysTrusted = false) : IClock
{
    const long RecheckNs = 1_000_000_000;
    static readonly double NsPerTick = 1e9 / Stopwatch.Frequency;
    long _checkedAtNs = long.MinValue;
    bool _trusted;

    /// <inheritdoc/>
    public Instant Now
    {
        get
        {
            var wallNs = (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) * 100;
            var monotonicNs = MonotonicNs;
            if (monotonicNs - Volatile.Read(ref _checkedAtNs) > RecheckNs || _checkedAtNs == long.MinValue)
            {
                _trusted = wallNs > Product.MadeAtNs && (alwaysTrusted || KernelClock.IsSynchronised());
                // Last: who sees this time sees the answer that belongs to it. Several threads may ask the kernel at once.
                Volatile.Write(ref _checkedAtNs, monotonicNs);
            }

            return new Instant(wallNs, monotonicNs, _trusted);
        }
    }

    /// <summary>The monotonic clock alone [ns].</summary>
    public static long MonotonicNs => (long)(Stopwatch.GetTimestamp() * NsPerTick);
}
