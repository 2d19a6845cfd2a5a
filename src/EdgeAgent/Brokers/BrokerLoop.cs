using EdgeAgent.Network;
using EdgeAgent.Supervision;

namespace EdgeAgent.Brokers;

/// <summary>Comes back to a broker, by a wait that grows, until it is stopped: the loop of every user of a connection.</summary>
/// <remarks>One thread runs it, which passes by <paramref name="progress"/>. <paramref name="waits"/> hears of each wait as it begins,
/// and of zero as it ends.</remarks>
sealed class BrokerLoop(Backoff backoff, Func<TimeSpan>? retryAfter, Action<TimeSpan> waits, Progress progress, CancellationToken stop)
{
    /// <summary>Returns when stopped.</summary>
    /// <param name="serve">Connects and stays until the connection has ended; null asks for the next round at once.</param>
    /// <param name="unreached">Hears why there is no connection; how soon it is tried again, the exception says.</param>
    public void Run(Func<ConnectionEnd?> serve, Action<ConnectException> unreached)
    {
        progress.Begin();
        while (!stop.IsCancellationRequested && Turn(serve, unreached))
        {
        }

        progress.End();
    }

    bool Turn(Func<ConnectionEnd?> serve, Action<ConnectException> unreached)
    {
        RetryAdvice advice;
        try
        {
            progress.At(Step.Connecting);
            if (serve() is not { } end) return true;
            backoff.Ended(end.Lasted);
            advice = end.Advice;
        }
        catch (ConnectException error)
        {
            unreached(error);
            advice = error.Retry;
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        if (stop.IsCancellationRequested) return false;
        var wait = retryAfter?.Invoke() ?? backoff.Next(advice);
        waits(wait);
        progress.Wait(stop.WaitHandle, wait);
        waits(TimeSpan.Zero);
        return true;
    }
}
