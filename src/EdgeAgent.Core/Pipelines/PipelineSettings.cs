using EdgeAgent.Core.Stages;

namespace EdgeAgent.Core.Pipelines;

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
