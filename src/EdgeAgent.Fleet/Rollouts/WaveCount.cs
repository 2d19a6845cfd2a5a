namespace EdgeAgent.Fleet.Rollouts;

/// <summary>The gateways that a wave admits, counted by what is known of them.</summary>
/// <param name="Admitted">All of them.</param>
/// <param name="Good">The document is good there.</param>
/// <param name="Failed">It failed there.</param>
/// <param name="Trying">They are there and have no outcome yet.</param>
/// <param name="Silent">They were there when they were admitted, and have fallen silent for too long.</param>
/// <param name="Absent">They were away when they were admitted and are still; they say nothing about the document.</param>
public readonly record struct WaveCount(int Admitted, int Good, int Failed, int Trying, int Silent, int Absent)
{
    /// <summary>The gateways that say or will say something.</summary>
    public int There => Admitted - Absent;
}
