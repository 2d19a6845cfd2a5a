namespace EdgeAgent.Web;

/// <summary>What one server takes from strangers at most.</summary>
sealed record HttpLimits
{
    /// <summary>Request line and headers together [bytes].</summary>
    public const int HeadBytes = 8 << 10;

    /// <summary>Connections held at once; a further one takes the place of the one idle for longest.</summary>
    public int Connections { get; init; } = 16;

    /// <summary>From a request's first byte to the end of its headers; the TLS handshake has as long.</summary>
    public TimeSpan Request { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From the end of an answer to the first byte of the next request.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>For an answer, or one event of a stream, to be taken.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(10);
}
