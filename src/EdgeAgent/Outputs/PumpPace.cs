using EdgeAgent.Network;

namespace EdgeAgent.Outputs;

/// <summary>How much a pump sends at once and how often it tries.</summary>
/// <param name="Backoff">Waits between tries.</param>
public sealed record PumpPace(Backoff Backoff)
{
    /// <summary>Bound of a window; one segment is sent however big [bytes].</summary>
    public long MaxWindowBytes { get; init; } = 1 << 20;

    /// <summary>How often an output that connects by itself and is not connected is looked at while there is nothing to send.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Records that have waited longer are dropped; null for no limit.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>How fast what has waited is sent [bytes a second]; null for as fast as it goes.</summary>
    public long? ReplayRate { get; init; }

    /// <summary>The first wait before a topic in trouble is tried again; it doubles up to 30 s.</summary>
    public TimeSpan HeldWait { get; init; } = TimeSpan.FromSeconds(1);
}
