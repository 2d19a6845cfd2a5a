namespace EdgeAgent.Network;

/// <summary>Bytes that a link carried over all its connections, inside TLS. Any thread.</summary>
public sealed class LinkBytes
{
    long _received, _sent;

    /// <summary>Bytes that came.</summary>
    public long In => Interlocked.Read(ref _received);

    /// <summary>Bytes that went out.</summary>
    public long Out => Interlocked.Read(ref _sent);

    /// <summary>Some came.</summary>
    public void Received(long count) => Interlocked.Add(ref _received, count);

    /// <summary>Some went out.</summary>
    public void Sent(long count) => Interlocked.Add(ref _sent, count);
}
