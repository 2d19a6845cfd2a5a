using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.Commands;

/// <summary>A command that passed every check and is to be carried out, once.</summary>
public sealed record Command
{
    /// <summary>The sender's id; null when it gave correlation data instead.</summary>
    public string? Id { get; init; }

    /// <summary>What a repeat is known by.</summary>
    public required string Key { get; init; }

    /// <summary>Index in <see cref="CommandRules.Writes"/>.</summary>
    public required int Write { get; init; }

    /// <summary>The write's name.</summary>
    public required string Name { get; init; }

    /// <summary>The value; 0 for a write without one.</summary>
    public required double Value { get; init; }

    /// <summary>Whether it has a value.</summary>
    public required bool TakesValue { get; init; }

    /// <summary>When it arrived.</summary>
    public required MonotonicTime Arrived { get; init; }
}
