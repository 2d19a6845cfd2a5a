namespace EdgeAgent.Sources.Mqtt;

/// <summary>One entry of <c>publish</c>: what a device needs to hear so that it goes on sending.</summary>
/// <param name="Topic">Topic.</param>
/// <param name="Payload">Payload.</param>
/// <param name="Every">From one time to the next.</param>
public sealed record RepeatedPublish(string Topic, string Payload, TimeSpan Every);
