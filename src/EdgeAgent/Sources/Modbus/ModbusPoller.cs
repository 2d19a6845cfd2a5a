using EdgeAgent.Clocks;
using EdgeAgent.Core.Modbus;
using EdgeAgent.Core.Readings;
using EdgeAgent.Flow;
using EdgeAgent.Logs;
using EdgeAgent.Sources.Commands;
using EdgeAgent.Sources.Wires;
using EdgeAgent.Status;
using EdgeAgent.Supervision;

namespace EdgeAgent.Sources.Modbus;

/// <summary>A Modbus master that polls by schedule.</summary>
/// <remarks>
/// One answer is one message: the gate is held while its values pass the pipelines. A blocked gate stops polling, and the polls
/// missed meanwhile are counted. Values carry the time their answer arrived. A command goes before polls, but after each of its
/// exchanges a poll that is due has its turn: neither waits for more than one exchange of the other.
/// </remarks>
sealed class ModbusPoller : IWireProtocol
{
    const long LongestRestNs = 1_000_000_000;

    readonly ModbusSourceSettings _settings;
    readonly SourceFeed _feed;
    readonly LogLimiter _log;
    readonly IClock _clock;
    readonly PlannedRead[] _reads;
    readonly int[] _unitOfRead;
    readonly UnitSeries _series;
    readonly PollSchedule _schedule;
    readonly ModbusCounters _counters = new();
    readonly ModbusFailures _failures;
    readonly LineErrors _lineErrors;
    readonly Func<IEnumerable<string>> _failing;
    readonly RtuTiming? _timing;
    readonly MonotonicTime _start;
    readonly CommandInbox? _inbox;
    readonly RegisterCommands? _commands;
    volatile ModbusMaster? _master;

    /// <summary>A poller for checked settings; <paramref name="inbox"/> brings commands, if they are configured.</summary>
    public ModbusPoller(ModbusSourceSettings settings, SourceFeed feed, SeriesTable series, IClock clock, LogLimiter log,
        CommandInbox? inbox = null)
    {
        _inbox = inbox;
        if (inbox is not null) _commands = new RegisterCommands(inbox, settings);
        (_settings, _feed, _clock, _log) = (settings, feed, clock, log);
        var units = settings.Units.Select(SensorProfiles.Resolve).ToArray();
        var reads = units.SelectMany((unit, i) => PollPlan.For(unit).Select(read => (read, i))).ToArray();
        _reads = [.. reads.Select(r => r.read)];
        _unitOfRead = [.. reads.Select(r => r.i)];
        _series = new UnitSeries(units, reads, series);
        _lineErrors = new LineErrors(settings.Name, log);
        _failures = new ModbusFailures(settings, _reads, _unitOfRead, log);
        _failing = Failing;
        _start = clock.Monotonic;
        if (settings.Line is { } line) _timing = new RtuTiming(line.Baud, line.BitsPerCharacter, settings.FixedSilence);
        _schedule = new PollSchedule([.. reads.Select(r => new PollSlot(r.i, ModbusMaster.Ns(r.read.Interval)))], settings.Retries,
            ModbusMaster.Ns(settings.AnswerTimeout), ModbusMaster.Ns(settings.MaxBackoff), _start);
    }

    /// <inheritdoc/>
    public string Type => "modbus";

    /// <inheritdoc/>
    public SourceState Doing { get; } = new("polling", IsConnected: true);

    /// <inheritdoc/>
    public string WireKey => "bus";

    /// <inheritdoc/>
    public string Wire => _settings.Line?.Path ?? $"{_settings.Host}:{_settings.Port}";

    /// <inheritdoc/>
    public void Serve(Action opened, Action heard, CancellationToken stopping)
    {
        try
        {
            using var master = ModbusMaster.Open(_settings, _clock, stopping);
            _master = master;
            _schedule.Restart(_clock.Monotonic);
            _lineErrors.Opened(master.Wire.Errors, _clock.Monotonic);
            opened();
            if (!stopping.IsCancellationRequested) _inbox?.Open();
            Poll(master, heard, stopping);
            _commands?.Close("the agent is stopping");
        }
        catch (WireException e)
        {
            _commands?.Close(e.Message);
            throw;
        }
        finally
        {
            _master = null;
        }
    }

    /// <inheritdoc/>
    public void Wake() => _master?.Wire.Wake();

    /// <inheritdoc/>
    public void Forget(ReadOnlySpan<int> series) => _series.Forget(series);

    /// <inheritdoc/>
    public void ReportSeen() => _series.ReportSeen();

    /// <inheritdoc/>
    public StatusFields Status()
    {
        var fields = _counters.Status(_clock.Monotonic.Ns - _start.Ns);
        fields.Add("missed", _schedule.Missed);
        fields.Add("skipped", _schedule.Skipped);
        fields.Add("failing", Failing().ToList());
        _lineErrors.AddTo(fields);
        return fields;
    }

    IEnumerable<string> Failing() => _settings.Units.Where((_, i) => _schedule.IsDegraded(i)).Select(u => u.Device);

    void Poll(ModbusMaster master, Action heard, CancellationToken stopping)
    {
        var again = -1;
        var isHeard = false;
        var wasCommand = false;
        while (!stopping.IsCancellationRequested)
        {
            var now = _clock.Monotonic;
            var due = now;
            var slot = again >= 0 ? again : _schedule.Next(now, out due);
            wasCommand = !(wasCommand && slot >= 0) && TryCommand(master);
            if (wasCommand) continue;
            if (slot < 0)
            {
                _feed.Progress.At(Step.Waiting);
                master.Wire.Rest(Math.Min(due.Ns - now.Ns, LongestRestNs));
                continue;
            }

            _feed.Progress.At(Step.Asking);
            if (again < 0) _counters.Poll(now.Ns - due.Ns);
            again = Poll(master, slot, stopping) ? slot : -1;
            if (_clock.Monotonic is var answered && _lineErrors.IsDue(answered)) _lineErrors.Look(master.Wire.Errors, answered);
            if (isHeard || master.LastStatus is not (AnswerStatus.Ok or AnswerStatus.Exception)) continue;
            isHeard = true;
            heard();
        }
    }

    bool TryCommand(ModbusMaster master)
    {
        if (_commands is null) return false;
        _feed.Progress.At(Step.Asking);
        if (_commands.TryStep(master, out var asked) is not { } answer) return false;
        Count(answer.Status, master, asked);
        return answer.Status == AnswerStatus.Broken ? throw NotModbus() : true;
    }

    // Returns true when the poll is to be tried again at once.
    bool Poll(ModbusMaster master, int slot, CancellationToken stopping)
    {
        var read = _reads[slot];
        var answer = master.Ask(read.Request);
        if (stopping.IsCancellationRequested) return false;
        Count(answer.Status, master, read.Request);
        var now = _clock.Monotonic;
        var wasDegraded = _schedule.IsDegraded(_unitOfRead[slot]);
        var device = _settings.Units[_unitOfRead[slot]].Device;
        switch (answer.Status)
        {
            case AnswerStatus.Ok:
                Take(slot, master.Data, now);
                Answered(slot, master, now);
                if (wasDegraded) _log.Log.Information("source {Source}: {Device} answers again", _settings.Name, device);
                return false;
            case AnswerStatus.Exception:
                _log.Warn($"modbus {_settings.Name} {slot} {answer.ExceptionCode}", $"source {_settings.Name}: {device} refuses {read}: "
                    + $"{ModbusAnswer.Explain(answer.ExceptionCode)}. Check address and function against its data "
                    + $"sheet.{(read.IsOnce ? " Its readings go on without these labels." : "")}");
                if (read.IsOnce) _series.TakeTexts(slot, []);
                Answered(slot, master, now);
                return false;
            case AnswerStatus.Broken:
                throw NotModbus();
        }

        if (_schedule.Failed(slot, now)) return true;
        if (!wasDegraded)
            _log.Log.Warning("source {Source}: {Device} does not answer ({Status}); it is tried less often until it does", _settings.Name,
                device, answer.Status);
        return false;
    }

    void Answered(int slot, ModbusMaster master, MonotonicTime now)
    {
        var before = _schedule.Missed;
        _schedule.Answered(slot, now);
        _failures.Missed(slot, _schedule.Missed - before, master.ElapsedNs, _failing, now);
    }

    void Count(AnswerStatus status, ModbusMaster master, in ModbusRequest asked) =>
        _counters.Answer(status, master.ElapsedNs, _timing?.CycleNs(asked) ?? master.ElapsedNs);

    WireException NotModbus() => new($"{Wire} sends what is not Modbus TCP.", new InvalidDataException());

    void Take(int slot, ReadOnlySpan<byte> data, MonotonicTime answered)
    {
        if (!_feed.TryEnter()) return;
        var now = _feed.Now.Monotonic;
        try
        {
            if (_reads[slot].IsOnce)
            {
                _series.TakeTexts(slot, data);
                return;
            }

            if (!_series.IsReady(slot))
            {
                _counters.Waited(_reads[slot].Values.Count);
                return;
            }

            var values = _reads[slot].Values;
            var series = _series.Of(slot);
            var timeNs = _feed.Now.WallNs;
            for (var i = 0; i < series.Length; i++)
            {
                var planned = values[i];
                var status = planned.Format.Read(data, planned.Position, out var value);
                if (status != ValueStatus.Ok)
                {
                    _counters.Value(status);
                    _failures.NotTaken(slot, i, value, status, now);
                    continue;
                }

                if (series[i] < 0) continue;
                if (_feed.Batch.IsFull) _feed.Flush(_feed.Batch);
                _feed.Batch.Add(series[i], timeNs, value);
            }
        }
        finally
        {
            _feed.Exit();
        }

        var taken = _clock.Monotonic;
        _failures.Taken(slot, taken.Ns - answered.Ns, taken);
    }
}
