namespace EdgeAgent.Fleets.Managing;

/// <summary>A message that came.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Payload">Its bytes.</param>
/// <param name="IsRetained">Whether the broker had kept it; false for one that was just published.</param>
readonly record struct BrokerMessage(string Topic, byte[] Payload, bool IsRetained);
