namespace EdgeAgent.Core.Lines;

/// <summary>A serial line: its device and how it is set.</summary>
public sealed record SerialLineSettings
{
    /// <summary>Device path; <c>/dev/serial/by-id/…</c> survives renumbering.</summary>
    public required string Path { get; init; }

    /// <summary>Bits per second, any number the driver takes.</summary>
    public int Baud { get; init; } = 9600;

    /// <summary>5 to 8.</summary>
    public int DataBits { get; init; } = 8;

    /// <summary>Parity.</summary>
    public LineParity Parity { get; init; } = LineParity.None;

    /// <summary>1 or 2.</summary>
    public int StopBits { get; init; } = 1;

    /// <summary>Flow control.</summary>
    public LineFlow Flow { get; init; } = LineFlow.None;

    /// <summary>RS-485 mode of the driver, or null.</summary>
    public Rs485Settings? Rs485 { get; init; }

    /// <summary>Silence after which a started frame is given up; null for none.</summary>
    public TimeSpan? InterByteTimeout { get; init; }

    /// <summary>Bits one character takes on the wire, start and stop included.</summary>
    public int BitsPerCharacter => 1 + DataBits + (Parity == LineParity.None ? 0 : 1) + StopBits;
}
