namespace EdgeAgent.Scenarios.Harness;

/// <summary>An instant by what has passed the wire: so many messages from the broker, or acknowledgements from the agent.</summary>
readonly record struct WireCount(long At, bool IsOfAcknowledgements);
