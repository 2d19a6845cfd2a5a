using EdgeAgent.Core.Formats;

namespace EdgeAgent.Core.Decoding;

/// <summary>What one message gave.</summary>
/// <remarks>One word: two halves would be stored apart and read back together, which costs some ten nanoseconds a message.</remarks>
public readonly record struct DecodeResult
{
    readonly ulong _packed;

    /// <summary>A result of <paramref name="readings"/> and <paramref name="reason"/>.</summary>
    public DecodeResult(int readings, BadReason reason) => _packed = (uint)readings | ((ulong)(uint)reason << 32);

    /// <summary>Readings added, those already flushed included.</summary>
    public int Readings => (int)_packed;

    /// <summary>The first thing that was wrong, or <see cref="BadReason.None"/>.</summary>
    public BadReason Reason => (BadReason)(_packed >> 32);

    /// <summary>Whether every sample and field of the message was good.</summary>
    public bool IsGood => Reason is BadReason.None or BadReason.NotAsked;

    /// <inheritdoc/>
    public override string ToString() => $"{Readings} {Reason}";
}
