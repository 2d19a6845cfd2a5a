using EdgeAgent.Core.Commands;

namespace EdgeAgent.Core.Modbus;

/// <summary>One entry of <c>commands.writes</c> of a Modbus source.</summary>
public sealed record RegisterWriteSettings : WriteSettings
{
    /// <summary>The <c>device</c> of one of the source's units.</summary>
    public required string Device { get; init; }

    /// <summary>Metric of a register of that unit or its profile; null when <see cref="Register"/> is given.</summary>
    public string? Metric { get; init; }

    /// <summary>A register that is not polled, or null.</summary>
    public RegisterSettings? Register { get; init; }

    /// <summary>Whether it is read back and compared.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>Whether the functions for several (15, 16) are used for one as well.</summary>
    public bool Multiple { get; init; }

    /// <inheritdoc/>
    public override bool TakesValue => true;
}
