namespace EdgeAgent.Benchmarks;

/// <summary>Runs one operation many times on this thread and prints the fastest of many short rounds.</summary>
/// <remarks>Processor time of the process, which has one busy thread;
/// other programs on the machine then weigh only on its caches.</remarks>
static class Measure
{
    /// <summary>Rounds of a case; with 1 nothing is measured, and it is seen that it runs.</summary>
    public static int Rounds { get; set; } = 40;

    /// <summary>Prints <c>layer case ns/message messages/s bytes/message</c>.</summary>
    /// <param name="layer">Name of the layer.</param>
    /// <param name="name">Name of the case.</param>
    /// <param name="messages">Messages one call of <paramref name="run"/> handles.</param>
    /// <param name="passes">Calls of <paramref name="run"/> a round.</param>
    /// <param name="run">The work; called twice to warm up.</param>
    public static void Print(string layer, string name, int messages, int passes, Action run)
    {
        for (var i = 0; i < 2 && Rounds > 1; i++) run();
        var best = double.MaxValue;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Rounds; i++)
        {
            var start = Environment.CpuUsage.TotalTime;
            for (var pass = 0; pass < passes; pass++) run();
            best = Math.Min(best, (Environment.CpuUsage.TotalTime - start).TotalNanoseconds);
        }

        var bytes = (double)(GC.GetAllocatedBytesForCurrentThread() - before) / Rounds / passes / messages;
        Console.WriteLine($"{layer,-8} {name,-28} {best / passes / messages,8:F1} ns/message {1e9 * passes * messages / best,12:N0} "
            + $"messages/s {bytes,6:F2} bytes/message");
    }
}
