namespace EdgeAgent.Native.Kafka;

/// <summary>An option that librdkafka does not take.</summary>
/// <param name="IsUnknown">Whether it knows none of that name.</param>
/// <param name="Reason">What it says; holds the option's value.</param>
public sealed record RefusedOption(bool IsUnknown, string Reason);
