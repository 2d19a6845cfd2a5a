using System.Runtime.InteropServices;

namespace EdgeAgent.Cli;

/// <summary>SIGHUP from the first moment of a run on: one that comes before there is anything to reload is kept until there is.</summary>
sealed class HangUp : IDisposable
{
    readonly Lock _lock = new();
    readonly PosixSignalRegistration _signal;
    Action? _reload;
    bool _isDue;

    /// <summary>Listens from now on.</summary>
    public HangUp() => _signal = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);

    /// <summary>Calls <paramref name="reload"/> for each signal, and now for those that came before; null for no longer.</summary>
    public void Calls(Action? reload)
    {
        lock (_lock)
        {
            _reload = reload;
            if (_isDue) reload?.Invoke();
            _isDue &= reload is null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _signal.Dispose();

    void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        lock (_lock)
        {
            if (_reload is null) _isDue = true;
            else _reload();
        }
    }
}
