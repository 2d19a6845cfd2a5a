using System.Text.Json;
using EdgeAgent.Configuration;
using EdgeAgent.Core.Modbus;
using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Readings;
using EdgeAgent.Host;

namespace EdgeAgent.Sources.Modbus;

/// <summary>A Modbus master as a source: one thread that polls by schedule.</summary>
/// <remarks>
/// One answer is one message: the gate is held while its values pass the pipelines. A blocked gate stops polling, and the polls
/// missed meanwhile are counted. A lost wire is logged once and opened again with growing pauses. Values carry the time their
/// answer arrived.
/// </remarks>
sealed class ModbusSource : ISource
{
    const long LongestRestNs = 1_000_000_000;
    static readonly int[] PausesMs = [100, 500, 1000, 2000, 5000];

    readonly ModbusSourceSettings _settings;
    readonly LogLimiter _log;
    readonly IClock _clock;
    readonly PlannedRead[] _reads;
    readonly int[] _unitOfRead;
    readonly UnitSeries _series;
    readonly PollSchedule _schedule;
    readonly ModbusCounters _counters = new();
    readonly RtuTiming? _timing;
    readonly long _startNs;
    Thread? _thread;
    volatile ModbusMaster? _master;
    volatile bool _reading = true;
    volatile string _state = "starting";
    volatile string? _lastError;
    long _connects;
    long _goodSinceNs = long.MaxValue;

    /// <summary>A source for checked settings.</summary>
    public ModbusSource(ModbusSourceSettings settings, SourceFeed feed, SeriesTable series, IClock clock, LogLimiter log)
    {
        (_settings, Feed, _clock, _log) = (settings, feed, clock, log);
        var units = settings.Units.Select(SensorProfiles.Resolve).ToArray();
        var reads = units.SelectMany((unit, i) => PollPlan.For(unit).Select(read => (read, i))).ToArray();
        _reads = [.. reads.Select(r => r.read)];
        _unitOfRead = [.. reads.Select(r => r.i)];
        _series = new UnitSeries(units, reads, series);
        _startNs = clock.Now.MonotonicNs;
        if (settings.Line is { } line) _timing = new RtuTiming(line.Baud, line.BitsPerCharacter, settings.FixedSilence);
        _schedule = new PollSchedule([.. reads.Select(r => new PollSlot(r.i, ModbusMaster.Ns(r.read.Interval)))], settings.Retries,
            ModbusMaster.Ns(settings.AnswerTimeout), ModbusMaster.Ns(settings.MaxBackoff), _startNs);
    }

    /// <inheritdoc/>
    public string Name => _settings.Name;

    /// <inheritdoc/>
    public SourceFeed Feed { get; }

    string Where => _settings.Line?.Path ?? $"{_settings.Host}:{_settings.Port}";

    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<byte> progress)
    {
        // A bus has no memory: there is no progress.
    }

    /// <inheritdoc/>
    public void Start(CancellationToken stop)
    {
        _thread = new Thread(() => Run(stop), 256 * 1024) { IsBackground = true, Name = "source " + Name };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void StopReading()
    {
        _reading = false;
        Feed.Gate.Stop();
        _master?.Wire.Wake();
        _thread?.Join();
    }

    /// <inheritdoc/>
    public bool TryCopyProgress(StateWriter writer) => false;

    /// <inheritdoc/>
    public void OnCommitted()
    {
    }

    /// <inheritdoc/>
    public void OnCommitFailed()
    {
    }

    /// <inheritdoc/>
    public long IdleFloorNs(long nowMonotonicNs) => Math.Min(Volatile.Read(ref _goodSinceNs), nowMonotonicNs);

    /// <inheritdoc/>
    public void Forget(ReadOnlySpan<int> series) => _series.Forget(series);

    /// <inheritdoc/>
    public void ReportSeen() => _series.ReportSeen();

    /// <inheritdoc/>
    public void Close() => _state = "stopped";

    /// <inheritdoc/>
    public void WriteStatus(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", Name);
        json.WriteString("type", "modbus");
        json.WriteString("state", _state);
        json.WriteString("bus", Where);
        json.WriteNumber("connections", Volatile.Read(ref _connects));
        json.WriteNumber("readings", Feed.Readings);
        _counters.Write(json, _clock.Now.MonotonicNs - _startNs);
        json.WriteNumber("missed", _schedule.Missed);
        json.WriteNumber("skipped", _schedule.Skipped);
        json.WriteStartArray("failing");
        for (var i = 0; i < _settings.Units.Count; i++)
            if (_schedule.IsDegraded(i)) json.WriteStringValue(_settings.Units[i].Device);
        json.WriteEndArray();
        json.WriteString("last_error", _lastError);
        json.WriteEndObject();
    }

    void Run(CancellationToken stop)
    {
        for (var failures = 0; _reading;)
        {
            try
            {
                using var master = ModbusMaster.Open(_settings);
                _master = master;
                Connected(failures);
                failures = 0;
                Serve(master);
            }
            catch (WireException e)
            {
                if (failures == 0) _log.Log.Warning("source {Source}: {Error:l} Trying again until it works", Name, e.Message);
                _lastError = e.Message;
                failures++;
            }

            _master = null;
            Volatile.Write(ref _goodSinceNs, long.MaxValue);
            if (!_reading) return;
            _state = "waiting";
            stop.WaitHandle.WaitOne(PausesMs[Math.Min(failures, PausesMs.Length) - 1]);
        }
    }

    void Connected(int failures)
    {
        _connects++;
        _state = "polling";
        _schedule.Restart(SystemClock.MonotonicNs);
        Volatile.Write(ref _goodSinceNs, SystemClock.MonotonicNs);
        if (failures > 0) _log.Log.Information("source {Source}: {Bus} is back", Name, Where);
    }

    void Serve(ModbusMaster master)
    {
        while (_reading)
        {
            var now = SystemClock.MonotonicNs;
            var slot = _schedule.Next(now, out var dueNs);
            if (slot < 0)
            {
                master.Wire.Rest(Math.Min(dueNs - now, LongestRestNs));
                continue;
            }

            _counters.Poll(now - dueNs);
            while (Poll(master, slot))
            {
            }
        }
    }

    // Returns true when the poll is to be tried again at once.
    bool Poll(ModbusMaster master, int slot)
    {
        var read = _reads[slot];
        var answer = master.Ask(read.Request);
        if (!_reading) return false;
        _counters.Answer(answer.Status, master.ElapsedNs, _timing?.CycleNs(read.Request) ?? master.ElapsedNs);
        var now = SystemClock.MonotonicNs;
        var wasDegraded = _schedule.IsDegraded(_unitOfRead[slot]);
        var device = _settings.Units[_unitOfRead[slot]].Device;
        switch (answer.Status)
        {
            case AnswerStatus.Ok:
                Take(slot, master.Data);
                _schedule.Answered(slot, now);
                if (wasDegraded) _log.Log.Information("source {Source}: {Device} answers again", Name, device);
                return false;
            case AnswerStatus.Exception:
                _log.Warn($"modbus {Name} {slot} {answer.ExceptionCode}", $"source {Name}: {device} refuses {read}: {ModbusAnswer.Explain(answer.ExceptionCode)}. Check address and function against its data sheet.");
                _schedule.Answered(slot, now);
                return false;
            case AnswerStatus.Broken:
                throw new WireException($"{Where} sends what is not Modbus TCP.", new InvalidDataException());
        }

        if (_schedule.Failed(slot, now)) return true;
        if (!wasDegraded) _log.Log.Warning("source {Source}: {Device} does not answer ({Status}); it is tried less often until it does", Name, device, answer.Status);
        return false;
    }

    void Take(int slot, ReadOnlySpan<byte> data)
    {
        if (!Feed.TryEnter()) return;
        try
        {
            var values = _reads[slot].Values;
            var series = _series.Of(slot);
            var timeNs = Feed.Now.WallNs;
            for (var i = 0; i < series.Length; i++)
            {
                var planned = values[i];
                var status = planned.Format.Read(data, planned.Position, out var value);
                if (status != ValueStatus.Ok)
                {
                    _counters.Value(status);
                    continue;
                }

                if (series[i] < 0) continue;
                if (Feed.Batch.IsFull) Feed.Flush(Feed.Batch);
                Feed.Batch.Add(series[i], timeNs, value);
            }
        }
        finally
        {
            Feed.Exit();
        }
    }
}
