using EdgeAgent.Core.Readings;

namespace EdgeAgent.Outputs.Kafka;

/// <summary>How long a Kafka client may report nothing before it is asked whether a fresh one could reach the cluster.</summary>
/// <param name="WhenAway">While it says itself that no broker is reached.</param>
/// <param name="WhenConnected">While it believes itself connected; longer than librdkafka's own limit of a request,
/// 60 s (<c>socket.timeout.ms</c>).</param>
public sealed record KafkaPatience(TimeSpan WhenAway, TimeSpan WhenConnected)
{
    /// <summary>30 s and 90 s.</summary>
    public static KafkaPatience Default { get; } = new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(90));
}

/// <summary>Finds a Kafka client that is stuck: it has records and reports nothing, while a fresh client reaches the cluster.</summary>
/// <remarks>Each finding doubles the patience, up to 32 times, until a record is delivered: a client that is silent for another reason,
/// such as too few replicas, is not replaced over and over. One thread at a time.</remarks>
/// <param name="patience">How long silence is ordinary.</param>
/// <param name="answers">Whether a fresh client reaches the cluster now; may block for some seconds.</param>
/// <param name="now">The monotonic clock.</param>
sealed class KafkaWatchdog(KafkaPatience patience, Func<bool> answers, Func<MonotonicTime> now)
{
    const int MaxDoublings = 5;
    MonotonicTime _since = now();
    int _doublings;

    /// <summary>A wait begins: earlier silence does not count.</summary>
    public void Begin() => _since = now();

    /// <summary>The client reported something.</summary>
    public void Progress() => (_since, _doublings) = (now(), 0);

    /// <summary>How long until the next look is worth while.</summary>
    public TimeSpan Left(bool isAway)
    {
        var left = _since + Patience(isAway) - now();
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Whether the client has been silent for too long while a fresh one reaches the cluster.
    /// Asks at most once a patience.</summary>
    /// <param name="isAway">Whether the client says itself that it reaches no broker.</param>
    public bool IsStuck(bool isAway)
    {
        if (Left(isAway) > TimeSpan.Zero) return false;
        var isStuck = answers();
        _since = now();
        if (isStuck) _doublings = Math.Min(MaxDoublings, _doublings + 1);
        return isStuck;
    }

    TimeSpan Patience(bool isAway) => (isAway ? patience.WhenAway : patience.WhenConnected) * (1 << _doublings);
}
