using System.Globalization;
using EdgeAgent.Core.Modbus;
using EdgeAgent.Core.Readings;
using EdgeAgent.Logs;

namespace EdgeAgent.Sources.Modbus;

/// <summary>Says in the log which values of a bus are not taken and that polls are missed; both are counted in the status.</summary>
/// <remarks>
/// The first is said at once, then once a minute with a count while it goes on; a minute without it is its end, which is said, too. Of the
/// values of one device at most four registers a minute are named. Source thread; does not allocate while nothing is said.
/// </remarks>
/// <param name="settings">The source.</param>
/// <param name="reads">What is polled.</param>
/// <param name="unitOfRead">The index of the unit of each.</param>
/// <param name="log">The log.</param>
sealed class ModbusFailures(ModbusSourceSettings settings, IReadOnlyList<PlannedRead> reads, int[] unitOfRead, LogLimiter log)
{
    const int MostLines = 4;
    static readonly TimeSpan s_quiet = TimeSpan.FromMinutes(1);

    readonly Failure[] _units = new Failure[settings.Units.Count];
    readonly bool[][] _isTold = [.. reads.Select(read => new bool[read.Values.Count])];
    Failure _polls;
    Sample? _sample;
    long _heldUpNs;
    MonotonicTime _heldUpAt;

    /// <summary>A value was not taken. Inside the gate, where nothing is said.</summary>
    public void NotTaken(int slot, int index, double value, ValueStatus status, MonotonicTime now)
    {
        ref var unit = ref _units[unitOfRead[slot]];
        unit.Add(1, now);
        if (_sample is null && (!_isTold[slot][index] || now - unit.Said >= s_quiet)) _sample = new(slot, index, value, status);
    }

    /// <summary>An answer was taken, and the pipelines held the source up for so long; says what there is to say of its values.</summary>
    public void Taken(int slot, long heldUpNs, MonotonicTime now)
    {
        if (heldUpNs >= _heldUpNs || now - _heldUpAt >= s_quiet) (_heldUpNs, _heldUpAt) = (heldUpNs, now);
        var index = unitOfRead[slot];
        ref var unit = ref _units[index];
        if (_sample is { } sample)
        {
            _sample = null;
            if (unit.Lines == 0 || now - unit.Said >= s_quiet)
            {
                (unit.Said, unit.Lines) = (now, 0);
                for (var i = 0; i < _isTold.Length; i++)
                    if (unitOfRead[i] == index) Array.Clear(_isTold[i]);
            }

            if (unit.Lines == MostLines) return;
            unit.Lines++;
            _isTold[sample.Slot][sample.Index] = true;
            log.Log.Warning("source {Source:l}: {Device:l}: {What:l}{More:l}", settings.Name, settings.Units[index].Device,
                Sentence(sample), More(unit.TakeHeld() - 1, "values of this device were not taken"));
        }
        else if (unit.HasEnded(now))
        {
            log.Log.Information("source {Source:l}: {Device:l}: all values are taken again; {Count} were not", settings.Name,
                settings.Units[index].Device, unit.Count);
            unit = default;
        }
    }

    /// <summary>A poll ended after which so many others of its slot are missed; 0 for none.</summary>
    public void Missed(int slot, long missed, long elapsedNs, Func<IEnumerable<string>> failing, MonotonicTime now)
    {
        if (missed > 0) _polls.Add(missed, now);
        if (missed > 0 && (_polls.Lines == 0 || now - _polls.Said >= s_quiet))
        {
            (_polls.Said, _polls.Lines) = (now, 1);
            var intervalNs = ModbusMaster.Ns(reads[slot].Interval);
            var isOurs = _heldUpNs >= intervalNs && now.Ns - _heldUpAt.Ns <= (missed + 1) * intervalNs;
            log.Log.Warning("source {Source:l}: {Device:l}: missed {Missed:l} of {Read:l}: {Why:l}{More:l}", settings.Name,
                settings.Units[unitOfRead[slot]].Device, missed == 1 ? "a poll" : $"{missed} polls", reads[slot],
                isOurs ? "its readings were not taken in time: the gateway or its disk is too slow. Read less often, or fewer registers."
                    : TooSlow(elapsedNs, string.Join(", ", failing())),
                More(_polls.TakeHeld() - missed, "polls of this source were missed"));
        }
        else if (_polls.HasEnded(now))
        {
            log.Log.Information("source {Source:l}: polls are in time again; {Count} were missed", settings.Name, _polls.Count);
            _polls = default;
        }
    }

    string TooSlow(long elapsedNs, string failing) => string.Create(CultureInfo.InvariantCulture,
        $"{(settings.Line is null ? "the connection" : "the line")} is too slow for all that is asked of it (this answer took "
        + $"{elapsedNs / 1e6:0.#} ms). Give longer intervals, read fewer registers, "
        + $"{(settings.Line is null ? "or give some units a source of their own" : "or raise the baud rate")}."
        + $"{(failing.Length > 0 ? $" Units that do not answer hold it up, too: {failing}." : "")}");

    string Sentence(in Sample sample)
    {
        var register = reads[sample.Slot].Values[sample.Index].Register;
        var place = $"{register.Metric} ({register.Table.ToString().ToLowerInvariant()} {register.Address})";
        if (sample.Status == ValueStatus.Invalid)
            return $"{place} holds no number (NaN, infinity or a digit above 9) and is not taken. Check its type and order.";
        var format = register.Type == RegisterType.F32 ? "G7" : "R";
        var range = (double.IsFinite(register.Min), double.IsFinite(register.Max)) switch
        {
            (true, true) => $"outside of {Text(register.Min)} to {Text(register.Max)}",
            (true, false) => $"below {Text(register.Min)}",
            _ => $"above {Text(register.Max)}",
        };
        return $"{place} reads {sample.Value.ToString(format, CultureInfo.InvariantCulture)}{(register.Unit is { } of ? " " + of : "")}, "
            + $"{range}, and is not taken. Check the sensor, then the register's type, order and scale, or widen its `min` and `max`.";
    }

    static string Text(double limit) => limit.ToString("R", CultureInfo.InvariantCulture);

    static string More(long held, string what) =>
        held <= 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({held} more {what} since the last line)");

    readonly record struct Sample(int Slot, int Index, double Value, ValueStatus Status);

    struct Failure
    {
        public MonotonicTime Said;
        public long Count;
        public int Lines;
        MonotonicTime _last;
        long _held;

        public void Add(long count, MonotonicTime now)
        {
            _last = now;
            _held += count;
            Count += count;
        }

        public readonly bool HasEnded(MonotonicTime now) => Count > 0 && now - _last >= s_quiet;

        public long TakeHeld()
        {
            var held = _held;
            _held = 0;
            return held;
        }
    }
}
