namespace EdgeAgent.Core.Settings;

/// <summary>The <c>buffer</c> section.</summary>
public sealed record BufferSettings
{
    /// <summary>Bound of the outbox and of rejected payloads [bytes]; 1 MiB and up.</summary>
    public long MaxSizeBytes { get; init; } = 64L << 20;

    /// <summary>What happens when the outbox is full.</summary>
    public OverflowPolicy OnFull { get; init; } = OverflowPolicy.DropOldest;
}
