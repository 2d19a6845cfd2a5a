namespace EdgeAgent.Scenarios.Harness;

/// <summary>How a broker sends again what was not acknowledged, after a reconnect.</summary>
/// <remarks>Seen on the wires of aedes 1.2, Artemis 2.40, rumqttd 0.20, mochi 2.7, Moquette 0.17, HiveMQ CE 2024.3 and mosquitto 2.0.11 and
/// 2.0.18; mosquitto and aedes run themselves in other tests.</remarks>
sealed record BrokerHabit(string Name)
{
    /// <summary>Most messages in flight.</summary>
    public int Window { get; init; } = int.MaxValue;

    /// <summary>Ids of repeats.</summary>
    public RepeatIds Ids { get; init; } = RepeatIds.Same;

    /// <summary>Order of repeats, and whether new messages come before or among them.</summary>
    public RepeatOrder Order { get; init; } = RepeatOrder.Original;

    /// <summary>Whether repeats have DUP.</summary>
    public bool MarksRepeats { get; init; }

    /// <summary>Whether everything has DUP, the first delivery too.</summary>
    public bool MarksAll { get; init; }

    /// <summary>Ids go from 1 to the window and begin anew.</summary>
    public bool GoesRound { get; init; }

    /// <summary>At QoS 1: what has been confirmed up to a PINGRESP is sent again by one that is killed just after.</summary>
    public bool ForgetsAfterPing { get; init; }

    /// <summary>At QoS 2: of so many released messages PUBREL comes again; the others are published again.</summary>
    public int KeptReleases { get; init; }

    /// <summary>At QoS 2: of released messages nothing comes again.</summary>
    public bool IsSilentOnReleased { get; init; }

    /// <summary>All habits at QoS 1.</summary>
    public static IReadOnlyList<BrokerHabit> AtLeastOnce { get; } =
    [
        new("aedes"),
        new("Artemis") { Ids = RepeatIds.CountOn },
        new("rumqttd") { Ids = RepeatIds.FromOne, Window = 100 },
        new("mochi") { Order = RepeatOrder.RandomAmongNew, MarksRepeats = true, MarksAll = true },
        new("Moquette") { Order = RepeatOrder.ReversedAfterNew, MarksRepeats = true, Window = 10 },
        new("HiveMQ") { MarksRepeats = true, Window = 50, GoesRound = true, ForgetsAfterPing = true },
    ];

    /// <summary>All habits at QoS 2.</summary>
    public static IReadOnlyList<BrokerHabit> ExactlyOnce { get; } =
    [
        new("aedes"),
        new("Artemis") { Ids = RepeatIds.CountOn },
        new("Artemis, silent on what it released") { Ids = RepeatIds.CountOn, IsSilentOnReleased = true },
        new("rumqttd") { Ids = RepeatIds.FromOne, Window = 100 },
        new("HiveMQ") { MarksRepeats = true, Window = 50, GoesRound = true, KeptReleases = int.MaxValue },
        new("mosquitto 2.0.18") { MarksRepeats = true, Window = 20, KeptReleases = int.MaxValue },
        new("mosquitto 2.0.11, restarted") { MarksRepeats = true, KeptReleases = 20 },
    ];
}

/// <summary>Ids of what is sent again: as before, counting on from the last one given, or 1, 2, 3, ….</summary>
enum RepeatIds { Same, CountOn, FromOne }

/// <summary>Order of what is sent again; after new messages, these have taken ids that are still open.</summary>
enum RepeatOrder { Original, RandomAmongNew, ReversedAfterNew }
