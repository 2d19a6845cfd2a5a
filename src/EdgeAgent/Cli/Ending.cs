using System.Runtime.InteropServices;

namespace EdgeAgent.Cli;

/// <summary>Waits for the end of a run: SIGTERM, SIGINT, or the agent's own. A second signal ends the process at once.</summary>
sealed class Ending : IDisposable
{
    readonly ManualResetEventSlim _ending = new();
    readonly PosixSignalRegistration[] _signals;
    int _count;
    volatile bool _failed;

    /// <summary>Listens from now on.</summary>
    public Ending() =>
        _signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
        ];

    /// <summary>Whether the agent could not go on.</summary>
    public bool Failed => _failed;

    /// <summary>The agent cannot go on. Any thread.</summary>
    public void Fail()
    {
        _failed = true;
        _ending.Set();
    }

    /// <summary>Waits; true when the end has come.</summary>
    public bool Wait(int milliseconds) => _ending.Wait(milliseconds);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
        _ending.Dispose();
    }

    void OnSignal(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref _count) > 1) Environment.Exit(ExitCode.Failed); // commits make this safe
        context.Cancel = true;
        _ending.Set();
    }
}
