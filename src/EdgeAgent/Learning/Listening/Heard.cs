namespace EdgeAgent.Learning.Listening;

/// <summary>How the listening went.</summary>
/// <param name="Lasted">How long there was a connection.</param>
/// <param name="Failure">Why there was none, or why it ended before its time; null when all went well.</param>
sealed record Heard(TimeSpan Lasted, string? Failure)
{
    /// <summary>Whether the broker took MQTT 3.1.1 only.</summary>
    public bool IsOldProtocol { get; init; }

    /// <summary>Filters that were refused, each with the broker's reason.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];

    /// <summary>Times the connection was lost and made again.</summary>
    public int Interruptions { get; init; }

    /// <summary>Messages whose payload was too large to be taken.</summary>
    public long TooLarge { get; init; }
}
