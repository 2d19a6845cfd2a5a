namespace EdgeAgent.Scenarios.Harness;

/// <summary>A round against a cluster of three.</summary>
sealed record ClusterRoundSettings
{
    /// <summary>What happens, one after the other.</summary>
    public required IReadOnlyList<ClusterFault> Faults { get; init; }

    /// <summary>Whether windows are transactions.</summary>
    public bool IsExact { get; init; }

    /// <summary>The longest a broker hangs [s].</summary>
    public double LongestPause { get; init; } = 10;

    /// <summary>What instants are drawn by.</summary>
    public int Seed { get; init; } = 1;
}
