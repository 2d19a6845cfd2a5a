using System.CommandLine;
using EdgeAgent.Core.Lines;

namespace EdgeAgent.Commands;

/// <summary>The options that set a serial line.</summary>
sealed class LineOptions
{
    readonly Option<int> _baud = new("--baud") { Description = "Bits per second.", DefaultValueFactory = _ => 9600 };
    readonly Option<LineParity> _parity = new("--parity") { Description = "Parity.", DefaultValueFactory = _ => LineParity.None };
    readonly Option<int> _stopBits = new("--stop-bits") { Description = "Stop bits, 1 or 2.", DefaultValueFactory = _ => 1 };
    readonly Option<bool> _rs485 = new("--rs485") { Description = "RS-485 direction by the driver." };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_baud);
        command.Add(_parity);
        command.Add(_stopBits);
        command.Add(_rs485);
    }

    /// <summary>The line they describe.</summary>
    public SerialLineSettings Read(ParseResult parsed, string path) => new()
    {
        Path = path,
        Baud = parsed.GetValue(_baud),
        Parity = parsed.GetValue(_parity),
        StopBits = parsed.GetValue(_stopBits),
        Rs485 = parsed.GetValue(_rs485) ? new() : null,
    };
}
