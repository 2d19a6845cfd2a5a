namespace EdgeAgent.Fleet.Rollouts;

/// <summary>How many may fail: a share or a number of gateways, whichever is more; written <c>1% or 3</c>.</summary>
/// <param name="Share">The share, 0 to 1.</param>
/// <param name="Count">The number.</param>
public readonly record struct FailureBound(double Share, int Count)
{
    /// <summary>The most of <paramref name="gateways"/> that may fail.</summary>
    public int Of(int gateways) => Math.Max((int)Math.Floor(Share * gateways + 1e-9), Count);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Math.Round(Share * 100, 2)}% or {Count}");
}
