using System.Runtime.ExceptionServices;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>Work beside the scenario's own thread, such as a load; what it throws comes out at <see cref="Join"/>.</summary>
sealed class Background
{
    readonly Thread _thread;
    volatile ExceptionDispatchInfo? _thrown;

    /// <summary>Starts it.</summary>
    public Background(Action work)
    {
        _thread = new Thread(() =>
        {
            try
            {
                work();
            }
            catch (Exception error)
            {
                _thrown = ExceptionDispatchInfo.Capture(error);
            }
        }) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Whether it still works.</summary>
    public bool IsRunning => _thread.IsAlive;

    /// <summary>Waits for its end.</summary>
    public void Join(int seconds = 120)
    {
        if (!_thread.Join(seconds * 1000)) throw new TimeoutException($"the load did not end within {seconds} s");
        _thrown?.Throw();
    }
}
