using System.Globalization;
using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.Commands;

/// <summary>Decides which messages are carried out: the allow-list, ranges, ages, repeats and the rate. Pure;
/// time is an argument.</summary>
/// <remarks>
/// A command is known by its id (or correlation data); the last <see cref="MostRemembered"/> carried out are remembered with their
/// answers, so a repeat gets the old answer and writes nothing. What is refused is not remembered. Single-threaded.
/// </remarks>
public sealed class CommandDesk
{
    /// <summary>Commands whose answers are remembered.</summary>
    public const int MostRemembered = 1000;

    const long MinuteNs = 60_000_000_000;
    readonly CommandRules _rules;
    readonly Dictionary<string, int> _writes;
    readonly Dictionary<string, (Command Command, CommandAnswer? Answer)> _remembered = [];
    readonly Queue<Command> _order = [];
    readonly Instant _start;
    readonly long _maxAgeNs;
    double _tokens;
    MonotonicTime _tokensAt;

    /// <summary>A desk; <paramref name="start"/> is when the agent started.</summary>
    public CommandDesk(CommandRules rules, Instant start)
    {
        (_rules, _start, _tokens, _tokensAt) = (rules, start, rules.PerMinute, start.Monotonic);
        _maxAgeNs = rules.MaxAge.Ticks * 100;
        _writes = rules.Writes.Select((w, i) => (w.Name, i)).ToDictionary(w => w.Name, w => w.i, StringComparer.Ordinal);
    }

    /// <summary>Judges one message of the command topic.</summary>
    /// <param name="payload">Its payload.</param>
    /// <param name="correlation">MQTT 5.0 correlation data; may be empty.</param>
    /// <param name="retained">Whether the RETAIN flag is set.</param>
    /// <param name="now">When it arrived.</param>
    public CommandVerdict Judge(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> correlation, bool retained, Instant now)
    {
        var text = CommandText.Read(payload);
        CommandVerdict Refuse(string why) => new(null,
            new CommandAnswer
            {
                Result = CommandResult.Refused,
                Id = text.Id,
                Name = text.Write is { Length: <= 64 } ? text.Write : null,
                Error = why,
                Value = text.Value,
            });
        if (retained)
            return Refuse(
                "the command was published as retained, so it would come again with every connection; publish it without the retain flag");
        if (text.Failure is { } failure) return Refuse(failure);
        if (text.Id is null && correlation.IsEmpty)
            return Refuse("the command has neither an `id` nor correlation data, so a repeat could not be told from a new one");
        if (!_writes.TryGetValue(text.Write!, out var index)) return Refuse("no write of this name is allowed here");
        var write = _rules.Writes[index];
        if (Failure(write, text.Value) is { } wrong) return Refuse(wrong);
        var command = new Command
        {
            Id = text.Id,
            Key = text.Id ?? "\0" + Convert.ToHexString(correlation),
            Write = index,
            Name = write.Name,
            Value = text.Value ?? 0,
            TakesValue = write.TakesValue,
            Arrived = now.Monotonic,
        };
        if (_remembered.TryGetValue(command.Key, out var old))
        {
            return old.Command.Write != index || !old.Command.Value.Equals(command.Value)
                ? Refuse("the id was used for another command; give each its own")
                : new(null, old.Answer);
        }

        if (text.Time is { } time && AgeFailure(time, now) is { } age) return Refuse(age);
        if (!TryTakeToken(now.Monotonic)) return Refuse($"more than {_rules.PerMinute} commands in a minute");
        Remember(command);
        return new(command, null);
    }

    /// <summary>Whether a command that still waits has become too old.</summary>
    public bool IsTooOld(Command command, MonotonicTime now) => now - command.Arrived > _rules.MaxAge;

    /// <summary>Keeps the answer of a command for its repeats; one that wrote nothing is forgotten and may come again.</summary>
    public void Finish(Command command, CommandAnswer answer)
    {
        if (answer.Result == CommandResult.Refused) Forget(command);
        else if (Holds(command)) _remembered[command.Key] = (command, answer);
    }

    static string? Failure(WriteSettings write, double? value)
    {
        if (!write.TakesValue) return value is null ? null : "this write takes no value";
        if (value is not { } number) return "the command has no `value`";
        if (number < write.Min) return string.Create(CultureInfo.InvariantCulture, $"{number} is below the minimum {write.Min}");
        return number > write.Max ? string.Create(CultureInfo.InvariantCulture, $"{number} is above the maximum {write.Max}") : null;
    }

    string? AgeFailure(WallTime time, Instant now)
    {
        if (!now.WallTrusted)
            return "the gateway's clock is not synchronised, so the command's age cannot be judged; leave out `time`, or mend the clock";
        if (time.Ns < _start.WallNs && _start.WallTrusted)
            return "the command is from before the agent's start, and may have been carried out then";
        var ageNs = (Int128)now.WallNs - time.Ns;
        if (ageNs > _maxAgeNs)
            return string.Create(CultureInfo.InvariantCulture,
                $"the command is {(double)ageNs / 1e9:0.#} s old, more than {_maxAgeNs / 1e9:0.###} s");
        return ageNs < -_maxAgeNs ? string.Create(CultureInfo.InvariantCulture,
            $"the command's time is {(double)-ageNs / 1e9:0.#} s ahead of the gateway's clock") : null;
    }

    bool TryTakeToken(MonotonicTime now)
    {
        _tokens = Math.Min(_rules.PerMinute, _tokens + (double)(now.Ns - _tokensAt.Ns) * _rules.PerMinute / MinuteNs);
        _tokensAt = now;
        if (_tokens < 1) return false;
        _tokens--;
        return true;
    }

    void Remember(Command command)
    {
        _remembered[command.Key] = (command, null);
        _order.Enqueue(command);
        while (_order.Count > MostRemembered) Forget(_order.Dequeue());
    }

    // A refused command's id may since belong to its second try.
    bool Holds(Command command) => _remembered.TryGetValue(command.Key, out var held) && ReferenceEquals(held.Command, command);

    void Forget(Command command)
    {
        if (Holds(command)) _remembered.Remove(command.Key);
    }
}
