namespace EdgeAgent.Telemetry;

/// <summary>What became of pushes. Written by one thread, read by any.</summary>
sealed class OtlpCounts
{
    /// <summary>Taken by the collector.</summary>
    public long Done;

    /// <summary>Not taken.</summary>
    public long Failed;
}
