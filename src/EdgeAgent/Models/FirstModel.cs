using EdgeAgent.Clocks;
using EdgeAgent.Core.Models;
using EdgeAgent.Core.Readings;

namespace EdgeAgent.Models;

/// <summary>A model that is still being loaded when its stage begins: rows wait for it for a bounded time, once.</summary>
/// <remarks>So a start loses no score to a model that loads in a moment, and is not held by one that takes long.</remarks>
sealed class FirstModel(IClock clock) : IFirstModel
{
    /// <summary>Longest time that the rows of a stage wait in all.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    readonly object _sync = new();
    bool _isOver;
    MonotonicTime? _since;

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
        var until = (_since ??= clock.Monotonic) + Patience;
        lock (_sync)
            while (!_isOver && until - clock.Monotonic is { Ticks: > 0 } left) Monitor.Wait(_sync, left);
    }
}
