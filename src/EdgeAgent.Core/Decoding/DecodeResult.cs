namespace EdgeAgent.Core.Decoding;

/// <summary>What one message gave.</summary>
/// <param name="Readings">Readings added, those already flushed included.</param>
/// <param name="Reason">The first thing that was wrong, or <see cref="BadReason.None"/>.</param>
public readonly record struct DecodeResult(int Readings, BadReason Reason)
{
    /// <summary>Whether every sample and field of the message was good.</summary>
    public bool IsGood => Reason == BadReason.None;
}
