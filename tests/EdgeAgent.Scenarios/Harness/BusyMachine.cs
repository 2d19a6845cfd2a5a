namespace EdgeAgent.Scenarios.Harness;

/// <summary>Other programs that take the cores: four shells in a loop,
/// which end by themselves with the process that started them.</summary>
/// <remarks>All who ask at the same time share them: a machine is busy or it is not.</remarks>
sealed class BusyMachine : IDisposable
{
    const int Loops = 4;

    static readonly Lock s_gate = new();
    static Child[] s_loops = [];
    static int s_users;

    /// <summary>Starts them, unless they run already.</summary>
    public BusyMachine()
    {
        lock (s_gate)
        {
            if (s_users++ > 0) return;
            s_loops = [.. Enumerable.Range(0, Loops).Select(_ => new Child("sh",
                ["-c", $"while kill -0 {Environment.ProcessId}; do i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done; done"]))];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (s_gate)
        {
            if (--s_users > 0) return;
            foreach (var loop in s_loops) loop.Dispose();
        }
    }
}
