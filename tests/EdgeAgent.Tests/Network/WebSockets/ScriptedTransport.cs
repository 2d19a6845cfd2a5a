using EdgeAgent.Network;

namespace EdgeAgent.Tests.Network.WebSockets;

/// <summary>A connection that gives what the test says and takes as much as it says.</summary>
sealed class ScriptedTransport(params byte[][] incoming) : ITransport
{
    readonly Queue<byte[]> _incoming = new(incoming);

    /// <summary>What was sent.</summary>
    public List<byte> Sent { get; } = [];

    /// <summary>How many bytes the peer still takes.</summary>
    public int Room { get; set; } = int.MaxValue;

    /// <summary>Whether it closes when all was given; else nothing more arrives.</summary>
    public bool Closes { get; init; }

    public bool SendsAtOnce => true;

    public string? Error => null;

    public FillResult Receive(Span<byte> into, int timeoutMs, out int count)
    {
        count = 0;
        if (!_incoming.TryDequeue(out var next)) return Closes ? FillResult.Closed : FillResult.Timeout;
        count = Math.Min(next.Length, into.Length);
        next.AsSpan(0, count).CopyTo(into);
        return FillResult.Data;
    }

    public bool TrySend(ReadOnlySpan<byte> bytes, out int sent)
    {
        sent = Math.Min(bytes.Length, Room);
        if (Room != int.MaxValue) Room -= sent;
        Sent.AddRange(bytes[..sent]);
        return true;
    }

    public bool WaitWritable(int timeoutMs) => Room > 0;

    public void Shutdown()
    {
    }

    public void Dispose()
    {
    }
}
