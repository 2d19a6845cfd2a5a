namespace EdgeAgent.Core.Settings;

/// <summary>One entry of <c>pipelines</c>.</summary>
public sealed record PipelineSettings
{
    /// <summary>The key under <c>pipelines</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Names of the sources that feed it.</summary>
    public required IReadOnlyList<string> From { get; init; }

    /// <summary>Stages in order.</summary>
    public required IReadOnlyList<StageSettings> Stages { get; init; }

    /// <summary>Names of the outputs its records go to.</summary>
    public required IReadOnlyList<string> To { get; init; }

    /// <summary>What becomes of a reading whose time is further ahead of the gateway's clock than <see cref="MaxFuture"/>.</summary>
    public FuturePolicy Future { get; init; } = FuturePolicy.Clamp;

    /// <summary>How far ahead of the gateway's clock an event time may be.</summary>
    public TimeSpan MaxFuture { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary>What becomes of a reading from the future. None of them moves a watermark past the gateway's clock plus the allowance.</summary>
public enum FuturePolicy
{
    /// <summary>Its time becomes the arrival time and its quality says so.</summary>
    Clamp,

    /// <summary>It is counted and dropped.</summary>
    Drop,

    /// <summary>It is kept with its time but never moves a watermark.</summary>
    Keep,
}

/// <summary>One stage of a pipeline; one of the sealed kinds.</summary>
public abstract record StageSettings
{
    /// <summary>Name of the stage inside its pipeline: the key it was written under, plus <c>-2</c>, <c>-3</c> … when repeated.</summary>
    public required string Name { get; init; }

    /// <summary>All settings that change what the stage computes, as unambiguous text; part of the fingerprint.</summary>
    public abstract string Describe();
}
