using EdgeAgent.Clocks;
using EdgeAgent.Core.Readings;

namespace EdgeAgent.Tests;

/// <summary>A clock that stands until a test moves it.</summary>
sealed class FakeClock : IClock
{
    long _ns = 1_000_000_000_000_000_000;

    public Instant Now => Instant.Of(Interlocked.Read(ref _ns), Interlocked.Read(ref _ns));

    public MonotonicTime Monotonic => Now.Monotonic;

    public void Pass(double seconds) => Interlocked.Add(ref _ns, (long)(seconds * 1e9));
}
