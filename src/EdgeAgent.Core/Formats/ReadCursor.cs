namespace EdgeAgent.Core.Formats;

/// <summary>How far a reader is in one payload, and what it has to say of it.</summary>
ref struct ReadCursor(long arrivalNs, ref TopicMemory memory, bool remembersShapes = false)
{
    /// <summary>When the payload arrived [ns since the Unix epoch].</summary>
    public readonly long ArrivalNs = arrivalNs;

    /// <summary>What the reader remembers of the payload's topic.</summary>
    public ref TopicMemory Memory = ref memory;

    /// <summary>Where the next sample starts; the reader's own.</summary>
    public int At;

    /// <summary>Whether the last call gave a sample: kept by the caller, where it does more than append it.</summary>
    public bool IsSample;

    /// <summary>Whether another call may give more.</summary>
    public bool HasMore;

    /// <summary>Whether shapes of payloads are remembered; those of the topic's reader were then tried in vain.</summary>
    public readonly bool RemembersShapes = remembersShapes;

    /// <summary>The position of the sample in its array, for samples with a spacing in time.</summary>
    public int SampleIndex;

    /// <summary>Whether the values stand in <see cref="Replacement"/> and not in the payload; the first call sets it before it says
    /// <see cref="HasMore"/>.</summary>
    public bool IsReplaced;

    /// <summary>What the reader made of the payload; valid until the next call.</summary>
    public ReadOnlySpan<byte> Replacement;

    /// <summary>Why there is no sample.</summary>
    public BadReason Failure;

    /// <summary>The path, column or label that was wanted; null when the payload as a whole is wrong.</summary>
    public string? Subject;

    /// <summary>Where in the payload, a length where the reason says so, or -1.</summary>
    public int FailureAt;

    /// <summary>Notes a fault.</summary>
    /// <returns>False, as <see cref="FormatReader.TryRead"/> then does.</returns>
    public bool Fail(BadReason reason, string? subject = null, int at = -1)
    {
        (Failure, Subject, FailureAt) = (reason, subject, at);
        return false;
    }
}
