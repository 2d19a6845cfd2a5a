namespace EdgeAgent.Brokers;

/// <summary>A packet that a probe waited for.</summary>
/// <param name="Reason">Its reason code.</param>
/// <param name="Payload">Its payload: the codes of a SUBACK.</param>
readonly record struct BrokerAnswer(byte Reason, byte[] Payload);
