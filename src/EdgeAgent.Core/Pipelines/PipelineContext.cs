using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Stages;

namespace EdgeAgent.Core.Pipelines;

/// <summary>What a pipeline is given besides its own settings.</summary>
public sealed record PipelineContext
{
    /// <summary>Labels of series ids.</summary>
    public required SeriesTable Series { get; init; }

    /// <summary>The outputs in <see cref="PipelineSettings.To"/>, in that order.</summary>
    public required IReadOnlyList<OutputSettings> Outputs { get; init; }

    /// <summary>Stages to build from.</summary>
    public required StageRegistry Stages { get; init; }

    /// <summary>Bits of the sources that feed it; restored groups wait for all of them before an idle close.</summary>
    public ulong Sources { get; init; } = ulong.MaxValue;

    /// <summary>Restored groups that stay without readings for so long are dropped.</summary>
    public TimeSpan SeriesTtl { get; init; } = TimeSpan.FromDays(7);
}
