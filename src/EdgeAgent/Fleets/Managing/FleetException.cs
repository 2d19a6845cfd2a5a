namespace EdgeAgent.Fleets.Managing;

/// <summary>What a manager cannot do; the message says what was seen and what to do.</summary>
sealed class FleetException(string message) : Exception(message);
