namespace EdgeAgent.Core.Lines;

/// <summary>What was found at the front of received bytes.</summary>
/// <param name="Found">Whether there is a frame; else more bytes are needed.</param>
/// <param name="Payload">Its payload, as a range of the bytes looked at.</param>
/// <param name="Consumed">Bytes done with: the frame and what lay before it, or what can never become a frame.</param>
/// <param name="SkippedBytes">Of these, bytes that belong to no frame.</param>
/// <param name="BadChecks">Frames passed by because their check was wrong.</param>
public readonly record struct FrameFound(bool Found, Range Payload, int Consumed, int SkippedBytes, int BadChecks);
