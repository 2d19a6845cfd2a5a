namespace EdgeAgent.Fleet.Trust;

/// <summary>The keys of a role and how many of them have to sign.</summary>
/// <param name="Threshold">From 1 to the number of keys.</param>
/// <param name="Keys">At least one, no key twice.</param>
public sealed record TrustRole(int Threshold, IReadOnlyList<FleetKey> Keys);
