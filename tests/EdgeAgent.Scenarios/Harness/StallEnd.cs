namespace EdgeAgent.Scenarios.Harness;

/// <summary>How the stall of a log ends.</summary>
enum StallEnd
{
    /// <summary>Somebody reads again.</summary>
    ReadAgain,

    /// <summary>The reader goes away for good (EPIPE).</summary>
    ReaderGone,

    /// <summary>SIGTERM while nobody reads; then a start with a reader.</summary>
    Stopped,

    /// <summary>SIGKILL while nobody reads; then a start with a reader.</summary>
    Killed,
}
