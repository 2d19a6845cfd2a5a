using System.Diagnostics;

namespace EdgeAgent.Core.Models;

/// <summary>A model that is still being loaded when its stage begins: rows wait for it for a bounded time, once.</summary>
/// <remarks>So a start loses no score to a model that loads in a moment, and is not held by one that takes long. It is the stage's thread that
/// waits, and with it the sources that feed it, whose connections stand by then.</remarks>
public sealed class FirstModel
{
    /// <summary>Longest time that the rows of a stage wait in all.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    readonly object _sync = new();
    bool _isOver;
    long _since;

    /// <summary>Whether the loading is over, well or not. Any thread.</summary>
    public bool IsOver => Volatile.Read(ref _isOver);

    /// <summary>The loading is over. Any thread.</summary>
    public void End()
    {
        lock (_sync)
        {
            _isOver = true;
            Monitor.PulseAll(_sync);
        }
    }

    /// <summary>Waits for the end, or until <see cref="Patience"/> has passed since the first call. The stage's thread.</summary>
    public void Wait()
    {
        if (_since == 0) _since = Stopwatch.GetTimestamp();
        lock (_sync)
            while (!_isOver && Patience - Stopwatch.GetElapsedTime(_since) is { Ticks: > 0 } left) Monitor.Wait(_sync, left);
    }
}
