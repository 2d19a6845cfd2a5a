namespace EdgeAgent.Core.Drift;

/// <summary>The distribution of one quantity when the model was made.</summary>
/// <param name="Edges">Upper limits of all bins but the last, rising.</param>
/// <param name="Shares">Shares of the bins, one more than <paramref name="Edges"/>.</param>
public sealed record DriftBins(double[] Edges, double[] Shares);
