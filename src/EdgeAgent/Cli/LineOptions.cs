using System.CommandLine;
using EdgeAgent.Core.Lines;

namespace EdgeAgent.Cli;

/// <summary>The options that set a serial line.</summary>
sealed class LineOptions
{
    readonly ValueOption<int> _baud = Take.Whole("--baud", "Bits per second.", new(50, 12_000_000), initial: 9600);
    readonly ValueOption<int> _dataBits = Take.Whole("--data-bits", "Data bits, 5 to 8.", new(5, 8), initial: 8);
    readonly ChoiceOption<LineParity> _parity = new("--parity", "Parity.", LineParity.None);
    readonly ValueOption<int> _stopBits = Take.Whole("--stop-bits", "Stop bits, 1 or 2.", new(1, 2), initial: 1);
    readonly Option<bool> _rs485 = new("--rs485") { Description = "RS-485 direction by the driver." };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_baud);
        command.Add(_dataBits);
        command.Add(_parity);
        command.Add(_stopBits);
        command.Add(_rs485);
    }

    /// <summary>The line they describe.</summary>
    public SerialLineSettings Read(ParseResult parsed, string path) => new()
    {
        Path = !path.Contains('/') && File.Exists("/dev/" + path) ? "/dev/" + path : path,
        Baud = parsed.GetValue(_baud),
        DataBits = parsed.GetValue(_dataBits),
        Parity = _parity.Of(parsed),
        StopBits = parsed.GetValue(_stopBits),
        Rs485 = parsed.GetValue(_rs485) ? new() : null,
    };
}
