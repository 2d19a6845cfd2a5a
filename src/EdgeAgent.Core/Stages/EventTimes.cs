namespace EdgeAgent.Core.Stages;

/// <summary>What a stage may rely on about event times.</summary>
static class EventTimes
{
    /// <summary>Times outside ±8.5e18 ns (about 1700 to 2239) are dropped before the first stage that uses time,
    /// so that a window's bounds never overflow.</summary>
    public const long MaxNs = 8_500_000_000_000_000_000;
}
