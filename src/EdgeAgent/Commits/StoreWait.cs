using EdgeAgent.Logs;
using EdgeAgent.Storage;

namespace EdgeAgent.Commits;

/// <summary>Opens the store at a start, waiting for a full disk to empty: the agent never needs a hand to start.</summary>
static class StoreWait
{
    const int FirstMs = 500;
    const int LongestMs = 10_000;

    /// <summary>The opened store, or null when <paramref name="wait"/> said that the end has come.</summary>
    /// <param name="open">Opens it.</param>
    /// <param name="log">Told why it waits.</param>
    /// <param name="wait">Waits so many milliseconds; true when the agent has to stop instead.</param>
    /// <exception cref="StoreException">It cannot be opened for another reason than a full disk.</exception>
    public static IStore? Open(Func<IStore> open, LogLimiter log, Func<int, bool> wait)
    {
        for (var ms = FirstMs; ; ms = Math.Min(2 * ms, LongestMs))
        {
            try
            {
                return open();
            }
            catch (StoreException error) when (error.Failure == StoreFailure.Full)
            {
                log.Error("store full", $"{error.Message} The agent waits for space before it takes any message.");
            }

            if (wait(ms)) return null;
        }
    }
}
