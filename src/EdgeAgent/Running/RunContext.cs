using EdgeAgent.Clocks;
using EdgeAgent.Commits;
using EdgeAgent.Core.Readings;
using EdgeAgent.Status;
using EdgeAgent.Logs;
using EdgeAgent.Models;
using EdgeAgent.Storage;
using EdgeAgent.Supervision;

namespace EdgeAgent.Running;

/// <summary>What all parts that run share. There is one of it in an agent, from its start to its end.</summary>
sealed record RunContext
{
    /// <summary>The opened store.</summary>
    public required IStore Store { get; init; }

    /// <summary>The clock of everything that runs.</summary>
    public required IClock Clock { get; init; }

    /// <summary>The log.</summary>
    public required LogLimiter Log { get; init; }

    /// <summary>Every series known.</summary>
    public required SeriesTable Series { get; init; }

    /// <summary>The models that stages use.</summary>
    public required ModelHost Models { get; init; }

    /// <summary>Shows readings as they pass.</summary>
    public required Tap Tap { get; init; }

    /// <summary>Commits what the parts took.</summary>
    public required CommitLoop Commits { get; init; }

    /// <summary>Where loops join that have to make progress.</summary>
    public required ProgressWatch Watch { get; init; }
}
