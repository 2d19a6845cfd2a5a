using EdgeAgent.Core.Formats.Binary;

namespace EdgeAgent.Core.Formats.Lorawan;

/// <summary>What the bytes of uplinks on one port are.</summary>
public sealed record LorawanUplink
{
    /// <summary>The port; null for every other.</summary>
    public int? Port { get; init; }

    /// <summary>Whether they are Cayenne LPP.</summary>
    public bool IsCayenne { get; init; }

    /// <summary>The values at fixed places; empty with <see cref="IsCayenne"/>.</summary>
    public IReadOnlyList<BinaryField> Fields { get; init; } = [];
}
