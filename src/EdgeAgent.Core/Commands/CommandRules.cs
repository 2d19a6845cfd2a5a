namespace EdgeAgent.Core.Commands;

/// <summary>Which commands are carried out.</summary>
public sealed record CommandRules
{
    /// <summary>Oldest command that is carried out, by its own time and by its arrival.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Most commands carried out in a minute.</summary>
    public int PerMinute { get; init; } = 60;

    /// <summary>Everything that can be written; what is not here is refused.</summary>
    public required IReadOnlyList<WriteSettings> Writes { get; init; }
}
