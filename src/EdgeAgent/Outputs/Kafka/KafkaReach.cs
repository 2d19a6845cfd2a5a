using EdgeAgent.Clocks;

namespace EdgeAgent.Outputs.Kafka;

/// <summary>Finds out, beside the client, whether the brokers that lead the topics answer where the cluster says they are.</summary>
/// <remarks>A bootstrap broker that answers proves little: with a wrong <c>advertised.listeners</c> it is the only one that ever does.
/// One question at a time; after a bad answer at most every 5 s. Any thread; the answer comes on one of the pool.</remarks>
/// <param name="why">Why records could not be delivered; null when they could. Blocks for some seconds at most.</param>
/// <param name="answer">Told what was found.</param>
/// <param name="clock">Says when the next question may come.</param>
sealed class KafkaReach(Func<string?> why, Action<string?> answer, IClock clock)
{
    static readonly TimeSpan s_again = TimeSpan.FromSeconds(5);
    int _asks;
    long _restsUntilNs;

    /// <summary>Asks, unless a question is out or was just answered.</summary>
    public void Ask()
    {
        if (clock.Monotonic.Ns < Interlocked.Read(ref _restsUntilNs) || Interlocked.Exchange(ref _asks, 1) == 1) return;
        Task.Run(() =>
        {
            var found = why();
            if (found is not null) Interlocked.Exchange(ref _restsUntilNs, (clock.Monotonic + s_again).Ns);
            Volatile.Write(ref _asks, 0);
            answer(found);
        });
    }

    /// <summary>The next question may come at once.</summary>
    public void Reset() => Interlocked.Exchange(ref _restsUntilNs, 0);
}
