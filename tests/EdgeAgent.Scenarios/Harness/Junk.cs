namespace EdgeAgent.Scenarios.Harness;

/// <summary>What a hostile publisher puts into its topics.</summary>
enum Junk
{
    /// <summary>A level of its own of 20 to 60 kB in each message.</summary>
    LongLevels,

    /// <summary>Three levels of their own of up to 250 bytes, which are taken as labels.</summary>
    LongLabels,

    /// <summary>A short level of its own in each message: a series more.</summary>
    ManySeries,

    /// <summary>All of these in turns.</summary>
    All,
}
