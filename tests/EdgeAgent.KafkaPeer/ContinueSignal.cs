using System.Runtime.InteropServices;

namespace EdgeAgent.KafkaPeer;

/// <summary>Keeps SIGCONT from threads that are made meanwhile.</summary>
/// <remarks>
/// A process that is stopped and goes on gets it, and .NET has a handler for it. Where the kernel gives it to the mock cluster's thread,
/// its poll(2) ends with EINTR, and the thread ends with it (<c>rd_kafka_mock_cluster_io_poll</c>): the brokers then accept connections
/// and answer nothing for ever.
/// </remarks>
static partial class ContinueSignal
{
    const int Block = 0, SetMask = 2, Continue = 18, SetBytes = 128;

    /// <summary>Runs <paramref name="make"/>; the threads it makes never get the signal.</summary>
    public static T Without<T>(Func<T> make)
    {
        var (blocked, before) = (new byte[SetBytes], new byte[SetBytes]);
        blocked[(Continue - 1) / 8] = 1 << (Continue - 1) % 8;
        var failure = pthread_sigmask(Block, blocked, before);
        if (failure != 0) throw new InvalidOperationException($"pthread_sigmask failed with {failure}");
        try
        {
            return make();
        }
        finally
        {
            pthread_sigmask(SetMask, before, new byte[SetBytes]);
        }
    }

    [LibraryImport("libc")]
    private static partial int pthread_sigmask(int how, byte[] set, [Out] byte[] before);
}
