namespace EdgeAgent.Fleet.Gateway;

/// <summary>Somebody is on site: targets are ignored until it is released.</summary>
/// <param name="IsLocal">Whether the local file runs meanwhile.</param>
/// <param name="Since">Since when.</param>
public sealed record FleetHold(bool IsLocal, DateTimeOffset Since);
