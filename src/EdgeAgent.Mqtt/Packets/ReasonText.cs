namespace EdgeAgent.Mqtt.Packets;

/// <summary>A return or reason code for people: its short name, one sentence, what to do, and whether trying again can help.</summary>
/// <param name="Code">The code on the wire.</param>
/// <param name="Name">Name in the specification.</param>
/// <param name="Sentence">What happened.</param>
/// <param name="Advice">What to do; empty for a success.</param>
/// <param name="CanRetry">Whether the same request can succeed later with nothing changed on this side.</param>
public readonly record struct ReasonText(byte Code, string Name, string Sentence, string Advice, bool CanRetry);
