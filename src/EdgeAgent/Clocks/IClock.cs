using EdgeAgent.Core.Readings;

namespace EdgeAgent.Clocks;

/// <summary>The one place time comes from; tests and <c>replay</c> bring their own.</summary>
public interface IClock
{
    /// <summary>Now, by both clocks. Any thread.</summary>
    Instant Now { get; }

    /// <summary>Now, by the monotonic clock alone. Any thread.</summary>
    MonotonicTime Monotonic { get; }
}
