namespace EdgeAgent.Sources.Mqtt;

/// <summary>Recognises a broker that sends a backlog again after each reconnect and is lost again before it has finished.</summary>
/// <remarks>
/// An overloaded broker answers late, a client gives it up and comes back, the broker sends tens of thousands of messages again and is
/// slower still. Such a connection does not count as a good one, however long it lasted: the wait before the next grows. Pure;
/// source thread.
/// </remarks>
sealed class ResendStorm
{
    const long Many = 5_000;
    int _inARow;

    /// <summary>Whether the last connection was part of one.</summary>
    public bool IsOn => _inARow > 0;

    /// <summary>A connection ended that brought <paramref name="repeats"/> messages again;
    /// <paramref name="drained"/> when the broker had sent all it had.</summary>
    public void OnEnd(long repeats, bool drained) => _inARow = repeats >= Many && !drained ? _inARow + 1 : 0;

    /// <summary>What to say about it.</summary>
    public string Message(string reason, long repeats) =>
        $"{reason} The broker had sent {repeats} messages again after the last reconnect and was not done; {_inARow} times in a row now. "
        + "It, or this machine, is overloaded: the waits between connections grow. Nothing is lost or counted twice by it.";
}
