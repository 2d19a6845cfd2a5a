namespace EdgeAgent.Learning.Inference;

/// <summary>One payload that was kept.</summary>
/// <param name="AtNs">When it arrived [ns since the Unix epoch].</param>
/// <param name="Payload">Its bytes.</param>
/// <param name="IsRetained">Whether it had lain at the broker; its age says nothing then.</param>
sealed record PayloadSample(long AtNs, byte[] Payload, bool IsRetained = false);
