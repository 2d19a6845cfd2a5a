namespace EdgeAgent.Scenarios.Harness;

/// <summary>Other programs that take the cores: shells in a loop, which end by themselves with the process that started them.</summary>
sealed class BusyMachine : IDisposable
{
    readonly Child[] _loops;

    /// <summary>Starts them.</summary>
    public BusyMachine(int loops = 4) =>
        _loops = [.. Enumerable.Range(0, loops).Select(_ => new Child("sh",
            ["-c", $"while kill -0 {Environment.ProcessId}; do i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done; done"]))];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var loop in _loops) loop.Dispose();
    }
}
