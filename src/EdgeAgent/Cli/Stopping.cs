using System.Runtime.InteropServices;

namespace EdgeAgent.Cli;

/// <summary>Ends what a command waits for at SIGINT or SIGTERM, so that it still tells what it has.</summary>
sealed class Stopping : IDisposable
{
    readonly CancellationTokenSource _stop = new();
    readonly PosixSignalRegistration[] _signals;

    /// <summary>Listens from now on.</summary>
    public Stopping() => _signals =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal), PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
    ];

    /// <summary>Set at the first signal; the second one ends the process.</summary>
    public CancellationToken Token => _stop.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
        _stop.Dispose();
    }

    void OnSignal(PosixSignalContext context)
    {
        if (_stop.IsCancellationRequested) return;
        context.Cancel = true;
        _stop.Cancel();
    }
}
