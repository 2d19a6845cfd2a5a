namespace EdgeAgent.Cli;

/// <summary>Exit codes of the process; the numbers above 63 are those of sysexits.h.</summary>
static class ExitCode
{
    /// <summary>All went well.</summary>
    public const int Good = 0;

    /// <summary>Something did not work; the message says what.</summary>
    public const int Failed = 1;

    /// <summary>A document was tried and taken back.</summary>
    public const int Reverted = 3;

    /// <summary>The command line is wrong (EX_USAGE).</summary>
    public const int Usage = 64;

    /// <summary>Something that has to be there is not: a running agent, a broker (EX_UNAVAILABLE).</summary>
    public const int Unavailable = 69;

    /// <summary>The agent found a fault in itself and stopped (EX_SOFTWARE).</summary>
    public const int Software = 70;

    /// <summary>The data directory or a file cannot be used (EX_IOERR).</summary>
    public const int Io = 74;

    /// <summary>It is under way and may be asked for again (EX_TEMPFAIL).</summary>
    public const int TryLater = 75;

    /// <summary>The configuration has errors (EX_CONFIG).</summary>
    public const int Configuration = 78;
}
