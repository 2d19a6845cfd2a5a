namespace EdgeAgent.Status;

/// <summary>What a source does now. A type of source that is well in a way of its own brings its own word for it
/// (<c>reading</c>, <c>polling</c>); whoever asks whether it is well asks <see cref="IsConnected"/>, not the word.</summary>
/// <param name="Word">In one word, for people.</param>
/// <param name="IsConnected">Whether readings can come in now.</param>
sealed record SourceState(string Word, bool IsConnected = false)
{
    /// <summary>Made, and not yet begun.</summary>
    public static SourceState Starting { get; } = new("starting");

    /// <summary>A connection is being made.</summary>
    public static SourceState Connecting { get; } = new("connecting");

    /// <summary>Connected, and readings can come in.</summary>
    public static SourceState Connected { get; } = new("connected", IsConnected: true);

    /// <summary>Until the next try to connect.</summary>
    public static SourceState Waiting { get; } = new("waiting");

    /// <summary>The buffer is full, and nothing is read.</summary>
    public static SourceState Blocked { get; } = new("blocked");

    /// <summary>Ended with the agent or by a reload.</summary>
    public static SourceState Stopped { get; } = new("stopped");
}
