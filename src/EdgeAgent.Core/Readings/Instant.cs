namespace EdgeAgent.Core.Readings;

/// <summary>A moment given twice: by the wall clock and by the monotonic clock.</summary>
/// <remarks>
/// Core never reads a clock; the host (or <c>replay</c>, from the recording) passes this in. Both are nanoseconds:
/// <paramref name="WallNs"/> since the Unix epoch (UTC), <paramref name="MonotonicNs"/> since an arbitrary start.
/// <paramref name="WallTrusted"/> is false while the gateway's clock is unsynchronised or before the build date; the
/// check for readings in the future is then off.
/// </remarks>
public readonly record struct Instant(long WallNs, long MonotonicNs, bool WallTrusted = true);
