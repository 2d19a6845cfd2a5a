using EdgeAgent.Native.Serial;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>A null-modem cable: two device paths, and what is written to one comes out of the other.</summary>
sealed class Cable : IDisposable
{
    readonly PseudoTerminal _one = new();
    readonly PseudoTerminal _other = new();
    readonly Background[] _ways;
    volatile bool _ended;

    /// <summary>Connects the ends.</summary>
    public Cable() => _ways = [new(() => Carry(_one, _other)), new(() => Carry(_other, _one))];

    /// <summary>Path of one end.</summary>
    public string One => _one.Path;

    /// <summary>Path of the other.</summary>
    public string Other => _other.Path;

    /// <inheritdoc/>
    public void Dispose()
    {
        _ended = true;
        foreach (var way in _ways) way.Join();
        _one.Dispose();
        _other.Dispose();
    }

    // Each direction has its thread; what they share of a terminal is its descriptor.
    void Carry(PseudoTerminal from, PseudoTerminal to)
    {
        var buffer = new byte[4096];
        while (!_ended)
            if (from.Read(buffer, 20_000_000) is > 0 and var n) to.Write(buffer.AsSpan(0, n));
    }
}
