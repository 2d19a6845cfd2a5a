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
            var wall = WallTime.Of(DateTime.UtcNow);
            var monotonic = Monotonic;
            if (monotonic.Ns - Volatile.Read(ref _checkedAtNs) > RecheckNs || _checkedAtNs == long.MinValue)
            {
                _trusted = wall.Ns > Product.MadeAtNs && (alwaysTrusted || KernelClock.IsSynchronised());
                // Last: who sees this time sees the answer that belongs to it. Several threads may ask the kernel at once.
                Volatile.Write(ref _checkedAtNs, monotonic.Ns);
            }

            return new Instant(wall, monotonic, _trusted);
        }
    }

    /// <inheritdoc/>
    public MonotonicTime Monotonic => new((long)(Stopwatch.GetTimestamp() * NsPerTick));
}
