using EdgeAgent.Core.Readings;

namespace EdgeAgent.Status;

/// <summary>A look at the whole agent: what its rooms tell, in the order it is shown. <see cref="StatusJson"/> writes it.</summary>
sealed record GatewayStatus
{
    /// <summary>When it was taken.</summary>
    public required WallTime At { get; init; }

    /// <summary>Process and series.</summary>
    public required AgentStatus Agent { get; init; }

    /// <summary>Commits.</summary>
    public required CommitStatus Commits { get; init; }

    /// <summary>In the order of the configuration.</summary>
    public required IReadOnlyList<SourceStatus> Sources { get; init; }

    /// <summary>In the order of the configuration.</summary>
    public required IReadOnlyList<PipelineStatus> Pipelines { get; init; }

    /// <summary>Each stage that uses a model.</summary>
    public required IReadOnlyList<ModelUse> Models { get; init; }

    /// <summary>The memory all models share; null while there is none.</summary>
    public ModelMemory? ModelMemory { get; init; }

    /// <summary>In the order of the configuration.</summary>
    public required IReadOnlyList<OutputStatus> Outputs { get; init; }

    /// <summary>Outputs that are not configured and for which the buffer holds records.</summary>
    public required IReadOnlyList<StrangerStatus> Strangers { get; init; }

    /// <summary>What reloads of the configuration have done; null before the first.</summary>
    public ReloadStatus? Reload { get; init; }

    /// <summary>Where the gateway is with its fleet; null when it is in none.</summary>
    public StatusFields? Fleet { get; init; }
}
