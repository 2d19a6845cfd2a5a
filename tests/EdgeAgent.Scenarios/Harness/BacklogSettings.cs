namespace EdgeAgent.Scenarios.Harness;

/// <summary>A backlog at mosquitto and what happens while the agent takes it.</summary>
sealed record BacklogSettings
{
    /// <summary>Messages of QoS 1 that wait.</summary>
    public int Messages { get; init; } = 300_000;

    /// <summary>Messages of QoS 2 that wait.</summary>
    public int MessagesOfQos2 { get; init; }

    /// <summary><c>v5</c> or <c>v3.1.1</c>.</summary>
    public string Protocol { get; init; } = "v5";

    /// <summary>The broker's <c>max_inflight_messages</c>, which counts at 3.1.1.</summary>
    public int BrokerInFlight { get; init; } = 20;

    /// <summary>The agent's <c>receive_maximum</c>, which counts at 5.0; null for its default.</summary>
    public int? ReceiveMaximum { get; init; }

    /// <summary>Whether readings are written, too, beside the windows.</summary>
    public bool HasRaw { get; init; }

    /// <summary>Whether all payloads are the same, not all different.</summary>
    public bool HasEqualPayloads { get; init; }

    /// <summary>Devices, each a topic and a window.</summary>
    public int Devices { get; init; } = 50;

    /// <summary>SIGKILLs of the agent.</summary>
    public int Kills { get; init; }

    /// <summary>Connections cut.</summary>
    public int Cuts { get; init; }

    /// <summary>How long the broker is stopped (SIGSTOP), once; zero for never.</summary>
    public TimeSpan Stall { get; init; }

    /// <summary>CONNECTs whose sender has gone by the time the broker reads them, between a cut and the next connection.</summary>
    public int Gone { get; init; }

    /// <summary>Whether four other programs take the cores.</summary>
    public bool IsMachineBusy { get; init; }

    /// <summary>Milliseconds that each sync of the disk takes longer.</summary>
    public int SyncDelayMs { get; init; }

    /// <summary>The agent's data directory; null for one in the workspace.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Messages a second while the agent is there, instead of a backlog while it is away; 0 for the backlog.</summary>
    public int RatePerSecond { get; init; }

    /// <summary>What the instants and ways of the faults are drawn by.</summary>
    public int Seed { get; init; } = 1;
}
