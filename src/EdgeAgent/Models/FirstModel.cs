using System.Diagnostics;
using EdgeAgent.Core.Models;

namespace EdgeAgent.Models;

/// <summary>A model that is still being loaded when its stage begins: rows wait for it for a bounded time, once.</summary>
/// <remarks>So a start loses no score to a model that loads in a moment, and is not held by one that takes long.</remarks>
sealed class FirstModel : IFirstModel
{
    /// <summary>Longest time that the rows of a stage wait in all.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    readonly object _sync = new();
    bool _isOver;
    long _since;

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    /// <remarks>Until <see cref="Patience"/> has passed since the first call.</remarks>
    public void Wait()
    {
        if (_since == 0) _since = Stopwatch.GetTimestamp();
        lock (_sync)
            while (!_isOver && Patience - Stopwatch.GetElapsedTime(_since) is { Ticks: > 0 } left) Monitor.Wait(_sync, left);
    }
}
