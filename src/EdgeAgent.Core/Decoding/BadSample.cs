using EdgeAgent.Core.Formats;

namespace EdgeAgent.Core.Decoding;

/// <summary>One message that could not be decoded, to show to a person.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Topic">Its topic, at most 256 bytes of it, made printable.</param>
/// <param name="Payload">The first 120 bytes of its payload, made printable.</param>
/// <param name="Message">A sentence: what was seen, where, and what was expected.</param>
public sealed record BadSample(BadReason Reason, string Topic, string Payload, string Message);
