using EdgeAgent.Clocks;
using EdgeAgent.Core.Commands;
using EdgeAgent.Logs;
using EdgeAgent.Status;

namespace EdgeAgent.Sources.Commands;

/// <summary>Where a message came from and its answer goes.</summary>
/// <param name="Connection">The connection it came by; its answer goes by no other.</param>
/// <param name="PacketId">Packet identifier; 0 at QoS 0.</param>
/// <param name="Correlation">Correlation data to give back; empty for none.</param>
/// <param name="AnswerTopic">Topic of the answer.</param>
sealed record CommandRoute(object Connection, ushort PacketId, byte[] Correlation, string AnswerTopic);

/// <summary>Commands between the thread that receives them and the source's thread that carries them out.</summary>
/// <remarks>
/// Every message is finished exactly once: refused at once, refused after it waited too long or when the wire closes, or finished
/// by the source that took it. <see cref="Finished"/> is called without the lock, from either thread. At most
/// <see cref="MostWaiting"/> wait. While the wire is closed everything is refused, so an answer never waits for a device to come back.
/// </remarks>
sealed class CommandInbox(string source, CommandRules rules, IClock clock, LogLimiter log)
{
    /// <summary>Commands that may wait for the bus.</summary>
    public const int MostWaiting = 16;

    readonly Lock _lock = new();
    readonly CommandDesk _desk = new(rules, clock.Now);
    readonly Queue<(Command Command, CommandRoute Route)> _waiting = [];
    readonly Dictionary<Command, CommandRoute> _taken = [];
    readonly long[] _results = new long[Enum.GetValues<CommandResult>().Length];
    string? _closed = "the wire is not open yet";
    long _received;

    /// <summary>The source it is for.</summary>
    public string Source => source;

    /// <summary>Where answers go; a null answer belongs to a repeat of a command under way. Set before the first message.</summary>
    public Action<CommandRoute, CommandAnswer?> Finished { get; set; } = (_, _) => { };

    /// <summary>Tells the source's thread to look. Set before the first message.</summary>
    public Action Wake { get; set; } = () => { };

    /// <summary>Takes one message. Receiving thread.</summary>
    public void Receive(ReadOnlySpan<byte> payload, bool retained, CommandRoute route)
    {
        CommandVerdict verdict;
        lock (_lock)
        {
            _received++;
            verdict = _desk.Judge(payload, route.Correlation, retained, clock.Now);
            if (verdict.Command is { } command)
            {
                var why = _closed ?? (_waiting.Count >= MostWaiting ? $"{MostWaiting} commands already wait for the bus" : null);
                if (why is null) _waiting.Enqueue((command, route));
                else verdict = new(null, Note(command, CommandAnswer.To(command, CommandResult.Refused, why)));
            }
            else if (verdict.Answer is { Result: CommandResult.Refused }) _results[(int)CommandResult.Refused]++;
        }

        if (verdict.Command is not null) Wake();
        else
        {
            Report(verdict.Answer);
            Finished(route, verdict.Answer);
        }
    }

    /// <summary>Refuses what waited too long. Receiving thread, now and then.</summary>
    public void Expire()
    {
        while (true)
        {
            (Command Command, CommandRoute Route) next;
            CommandAnswer answer;
            lock (_lock)
            {
                if (!_waiting.TryPeek(out next) || !_desk.IsTooOld(next.Command, clock.Monotonic)) return;
                _waiting.Dequeue();
                answer = Note(next.Command,
                    CommandAnswer.To(next.Command, CommandResult.Refused, "the bus had no time for it before it was too old"));
            }

            Report(answer);
            Finished(next.Route, answer);
        }
    }

    /// <summary>The next command to carry out, or null. Source thread; it has to be finished.</summary>
    public Command? TryTake()
    {
        Expire();
        lock (_lock)
        {
            if (!_waiting.TryDequeue(out var next)) return null;
            _taken[next.Command] = next.Route;
            return next.Command;
        }
    }

    /// <summary>The end of a command that was taken. Source thread.</summary>
    public void Finish(Command command, CommandAnswer answer)
    {
        CommandRoute? route;
        lock (_lock)
        {
            if (!_taken.Remove(command, out route)) return;
            Note(command, answer);
        }

        log.Log.Information("source {Source}: command {Id} {Name} {Value}: {Result}{Error:l}", source, command.Id ?? "without id",
            command.Name,
            command.TakesValue ? command.Value : null, answer.Result, answer.Error is null ? "" : ", " + answer.Error);
        Finished(route, answer);
    }

    /// <summary>The wire is open: commands are taken from now on.</summary>
    public void Open()
    {
        lock (_lock) _closed = null;
    }

    /// <summary>The wire is closed: whatever waits or comes is refused for this reason.</summary>
    public void Close(string why)
    {
        List<(CommandRoute Route, CommandAnswer Answer)> refused = [];
        lock (_lock)
        {
            _closed = why;
            while (_waiting.TryDequeue(out var next))
                refused.Add((next.Route, Note(next.Command, CommandAnswer.To(next.Command, CommandResult.Refused, why))));
        }

        foreach (var (route, answer) in refused)
        {
            Report(answer);
            Finished(route, answer);
        }
    }

    /// <summary>The counts. Any thread.</summary>
    public StatusFields Status()
    {
        lock (_lock)
        {
            var fields = new StatusFields { { "received", _received } };
            foreach (var result in Enum.GetValues<CommandResult>()) fields.Add(result.ToString().ToLowerInvariant(), _results[(int)result]);
            fields.Add("waiting", _waiting.Count + _taken.Count);
            return fields;
        }
    }

    CommandAnswer Note(Command command, CommandAnswer answer)
    {
        _results[(int)answer.Result]++;
        _desk.Finish(command, answer);
        return answer;
    }

    void Report(CommandAnswer? answer)
    {
        if (answer is { Result: CommandResult.Refused })
            log.Warn($"command {source} {answer.Error}", $"source {source}: command {answer.Id ?? "without id"} refused: {answer.Error}.");
    }
}
