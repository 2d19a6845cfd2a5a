using EdgeAgent.Core.Commands;
using EdgeAgent.Core.Modbus;
using EdgeAgent.Sources.Commands;
using EdgeAgent.Sources.Wires;

namespace EdgeAgent.Sources.Modbus;

/// <summary>Carries out commands on a bus, one exchange at a time, so that polls due have their turn in between.</summary>
/// <remarks>Source thread. A write is sent once, never again: without a sound answer it may have been carried out,
/// and the answer says so.</remarks>
sealed class RegisterCommands(CommandInbox inbox, ModbusSourceSettings settings)
{
    readonly RegisterTarget[] _targets = Resolve(settings);
    Command? _toRead;
    double _written;
    byte[] _expected = [];

    /// <summary>Does the next exchange, if there is one to do.</summary>
    /// <param name="master">The master.</param>
    /// <param name="asked">What was asked.</param>
    /// <returns>Its outcome; null when nothing waits.</returns>
    /// <exception cref="WireException">The wire was lost; the command is answered.</exception>
    public ModbusAnswer? TryStep(ModbusMaster master, out ModbusRequest asked)
    {
        asked = default;
        if (_toRead is { } written) return ReadBack(master, written, out asked);
        if (inbox.TryTake() is not { } command) return null;
        var target = _targets[command.Write];
        if (!target.TryWrite(command.Value, out asked, out _written))
        {
            inbox.Finish(command, CommandAnswer.To(command, CommandResult.Refused, "the value does not fit the register's type"));
            return null;
        }

        var answer = Ask(master, asked, command, "the wire was lost before the device answered: ");
        if (answer.Status != AnswerStatus.Ok)
        {
            var failed = answer.Status == AnswerStatus.Exception;
            Finish(command, failed ? CommandResult.Failed : CommandResult.Unknown,
                failed ? $"the device refuses: {ModbusAnswer.Explain(answer.ExceptionCode)}"
                    : $"{Words(answer.Status)}; it may have been carried out");
        }
        else if (target.Settings.Verify) (_toRead, _expected) = (command, asked.Data.ToArray());
        else Finish(command, CommandResult.Done, null);
        return answer;
    }

    /// <summary>The wire is closed: a command between writing and reading back ends here.</summary>
    public void Close(string why)
    {
        if (_toRead is { } command)
            Finish(command, CommandResult.Unknown, "the device confirmed the write, but it could not be read back: " + why);
        inbox.Close(why);
    }

    ModbusAnswer ReadBack(ModbusMaster master, Command command, out ModbusRequest asked)
    {
        var target = _targets[command.Write];
        asked = target.ReadBack;
        var answer = Ask(master, asked, command, "the device confirmed the write, but the wire was lost before it was read back: ");
        if (answer.Status != AnswerStatus.Ok)
        {
            Finish(command, CommandResult.Unknown, "the device confirmed the write, but it could not be read back: "
                + $"{(answer.Status == AnswerStatus.Exception ? ModbusAnswer.Explain(answer.ExceptionCode) : Words(answer.Status))}");
            return answer;
        }

        // Spare bits of a coil's byte are zero on both sides [V1.1b3 §6.1].
        var same = master.Data.SequenceEqual(_expected);
        var readable = target.Format.Read(master.Data, 0, out var value) == ValueStatus.Ok;
        Finish(command, same ? CommandResult.Done : CommandResult.Failed,
            same ? null : "the device confirmed the write, but holds another value", readable ? value : null);
        return answer;
    }

    ModbusAnswer Ask(ModbusMaster master, in ModbusRequest request, Command command, string lost)
    {
        try
        {
            return master.Ask(request);
        }
        catch (WireException e)
        {
            Finish(command, CommandResult.Unknown, lost + e.Message);
            throw;
        }
    }

    void Finish(Command command, CommandResult result, string? error, double? read = null)
    {
        _toRead = null;
        inbox.Finish(command, CommandAnswer.To(command, result, error) with { Written = _written, ReadBack = read });
    }

    static string Words(AnswerStatus status) => status switch
    {
        AnswerStatus.TimedOut => "the device did not answer in time",
        AnswerStatus.Corrupt => "the device's answer was damaged",
        _ => "the answer does not fit the command",
    };

    static RegisterTarget[] Resolve(ModbusSourceSettings settings)
    {
        // A write may name a metric of the profile that is not polled.
        var units = settings.Units.Select(u => SensorProfiles.Resolve(u with { Metrics = [] })).ToArray();
        return [.. settings.Commands!.Rules.Writes.Cast<RegisterWriteSettings>()
            .Select(w => RegisterTarget.Find(w, units, out var failure) ?? throw new ArgumentException($"write {w.Name}: {failure}"))];
    }
}
