namespace EdgeAgent.Core.Stages.Alignment;

/// <summary><c>align</c>: joins several metrics of a group into one row.</summary>
public sealed record AlignSettings : StageSettings
{
    /// <summary>Labels that make a group; not <c>metric</c>.</summary>
    public required IReadOnlyList<string> By { get; init; }

    /// <summary>Metrics of a row, in order.</summary>
    public required IReadOnlyList<string> Metrics { get; init; }

    /// <summary>How a metric that was not measured now is filled.</summary>
    public AlignJoin Join { get; init; }

    /// <summary>Oldest value that may stand in; longest gap to draw a line over.</summary>
    public TimeSpan Tolerance { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Distance of rows on a grid of whole multiples since the Unix epoch;
    /// null for a row at each moment at which a metric was measured.</summary>
    public TimeSpan? Grid { get; init; }

    /// <inheritdoc/>
    public override string Describe() =>
        $"align({string.Join(',', By)};{string.Join(',', Metrics)};{Join},{Tolerance.Ticks},{Grid?.Ticks})";
}
