using EdgeAgent.Fleets;
using EdgeAgent.Reloads;
using EdgeAgent.Supervision;

namespace EdgeAgent.Host;

/// <summary>What an agent has besides its configuration and its store, as far as it has it.</summary>
sealed record GatewayExtras
{
    /// <summary>Where the configuration was read and is read again for a reload; null when it is in no file.</summary>
    public ReloadSource? Source { get; init; }

    /// <summary>The memory the process may take; null to read it of its cgroup.</summary>
    public long? MemoryLimitBytes { get; init; }

    /// <summary>Where loops join that have to make progress; null when nobody looks.</summary>
    public ProgressWatch? Watch { get; init; }

    /// <summary>Answers for the fleet the agent is in; null when it is in none.</summary>
    public FleetAnswers? Fleet { get; init; }
}
