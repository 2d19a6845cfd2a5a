using EdgeAgent.Core.Lines;
using EdgeAgent.Core.Modbus;
using EdgeAgent.Core.Settings;
using EdgeAgent.Sources.Commands;

namespace EdgeAgent.Sources.Modbus;

/// <summary>A <c>type: modbus</c> source: one master on one RTU line or one TCP connection.</summary>
public sealed record ModbusSourceSettings : SourceSettings
{
    /// <summary>The line for RTU, or null for TCP.</summary>
    public SerialLineSettings? Line { get; init; }

    /// <summary>Host for TCP, or null for RTU.</summary>
    public string? Host { get; init; }

    /// <summary>TCP port.</summary>
    public int Port { get; init; } = 502;

    /// <summary>Whether RTU frames travel over the TCP connection: a serial device server without Modbus of its own.</summary>
    public bool RtuOverTcp { get; init; }

    /// <summary>The units on the bus.</summary>
    public required IReadOnlyList<ModbusUnitSettings> Units { get; init; }

    /// <summary>How long a unit may take to answer, from the end of the request.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Further tries of a failed poll before the unit counts as failing.</summary>
    public int Retries { get; init; } = 1;

    /// <summary>How long the line is held after a broadcast (Modbus over Serial Line V1.02 §2.4.1).</summary>
    public TimeSpan TurnAround { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether lines above 19,200 baud use the fixed 1.750 ms silence instead of 3.5 characters.</summary>
    public bool FixedSilence { get; init; } = true;

    /// <summary>Longest time between tries of a unit that does not answer.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What others may write, or null for nothing.</summary>
    public CommandsSettings? Commands { get; init; }
}
