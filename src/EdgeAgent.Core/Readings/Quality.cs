namespace EdgeAgent.Core.Readings;

/// <summary>The flags of a reading's quality byte; 0 is good.</summary>
public static class Quality
{
    /// <summary>Nothing is known against the reading.</summary>
    public const byte Good = 0;

    /// <summary>The value was outside a range stage with <c>action: mark</c>.</summary>
    public const byte OutOfRange = 1;

    /// <summary>The event time was replaced (clamped, or taken from arrival by policy).</summary>
    public const byte TimeReplaced = 2;

    /// <summary>The value was set to the limit of a range stage with <c>action: clamp</c>.</summary>
    public const byte Clamped = 4;

    /// <summary>The event time was too far ahead of the gateway's clock; the reading never moves a watermark.</summary>
    public const byte Future = 8;
}
