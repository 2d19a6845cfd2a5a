using System.CommandLine;
using EdgeAgent.Core.Lines;

namespace EdgeAgent.Commands;

/// <summary>The options that set a serial line.</summary>
sealed class LineOptions
{
    readonly Option<int> _baud = new("--baud") { Description = "Bits per second.", DefaultValueFactory = _ => 9600 };
    readonly Option<int> _dataBits = new("--data-bits") { Description = "Data bits, 5 to 8.", DefaultValueFactory = _ => 8 };
    readonly Option<LineParity> _parity = new("--parity") { Description = "Parity.", DefaultValueFactory = _ => LineParity.None };
    readonly Option<int> _stopBits = new("--stop-bits") { Description = "Stop bits, 1 or 2.", DefaultValueFactory = _ => 1 };
    readonly Option<bool> _rs485 = new("--rs485") { Description = "RS-485 direction by the driver." };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        Between(_baud, 50, 12_000_000);
        Between(_dataBits, 5, 8);
        Between(_stopBits, 1, 2);
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
        Parity = parsed.GetValue(_parity),
        StopBits = parsed.GetValue(_stopBits),
        Rs485 = parsed.GetValue(_rs485) ? new() : null,
    };

    static void Between(Option<int> option, int min, int max) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() is var value && (value < min || value > max)) result.AddError($"{option.Name} {value} is not between {min} and {max}.");
    });
}
