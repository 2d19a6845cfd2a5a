using EdgeAgent.Native.Serial;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>The far end of a serial cable: a pseudo terminal behind a path that can be pulled and put in again.</summary>
/// <remarks>As with an adapter named by udev, <see cref="Path"/> is a link that is there while the plug is in,
/// and leads to another number each time.</remarks>
sealed class Plug(Workspace workspace, string name) : IDisposable
{
    readonly List<PseudoTerminal> _others = [];
    volatile PseudoTerminal? _pty;
    string _lastNumber = "";

    /// <summary>The path a configuration names.</summary>
    public string Path { get; } = workspace[name];

    /// <summary>The device behind it now.</summary>
    public string Number => _pty?.Path ?? "";

    /// <summary>Puts the plug in; the device never has the number it had the last time.</summary>
    public void In()
    {
        var pty = new PseudoTerminal();
        while (pty.Path == _lastNumber)
        {
            _others.Add(pty);
            pty = new PseudoTerminal();
        }

        _lastNumber = pty.Path;
        File.CreateSymbolicLink(Path, pty.Path);
        _pty = pty;
    }

    /// <summary>Pulls it: its path vanishes, then the device.</summary>
    public void Out()
    {
        if (_pty is not { } pty) return;
        _pty = null;
        File.Delete(Path);
        pty.Dispose();
    }

    /// <summary>Sends; what is sent while the plug is out is lost.</summary>
    public void Send(ReadOnlySpan<byte> bytes) => _pty?.Write(bytes);

    /// <summary>Waits for bytes, at most <paramref name="milliseconds"/>; 0 when none came.</summary>
    public int Read(Span<byte> buffer, int milliseconds)
    {
        if (_pty is { } pty) return Math.Max(0, pty.Read(buffer, milliseconds * 1_000_000L));
        Thread.Yield();
        return 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Out();
        foreach (var pty in _others) pty.Dispose();
    }
}
