using EdgeAgent.Network;

namespace EdgeAgent.Brokers;

/// <summary>How a connection to a broker went.</summary>
/// <param name="Lasted">How long it was there; less than it was when it shall not count as a good one.</param>
/// <param name="Advice">How soon to come back.</param>
readonly record struct ConnectionEnd(TimeSpan Lasted, RetryAdvice Advice = RetryAdvice.Soon);
