using EdgeAgent.Core.Modbus;
using EdgeAgent.Status;

namespace EdgeAgent.Sources.Modbus;

/// <summary>What happened on a bus. Written by the source's thread, read by any.</summary>
sealed class ModbusCounters
{
    readonly long[] _answers = new long[Enum.GetValues<AnswerStatus>().Length];
    long _outOfRange;
    long _invalid;
    long _waited;
    long _elapsedNs;
    long _jitterNs;
    long _worstJitterNs;
    long _polls;
    long _onWireNs;

    /// <summary>One exchange ended.</summary>
    public void Answer(AnswerStatus status, long elapsedNs, long onWireNs)
    {
        _answers[(int)status]++;
        _elapsedNs += elapsedNs;
        _onWireNs += onWireNs;
    }

    /// <summary>One poll began so much after it was due.</summary>
    public void Poll(long jitterNs)
    {
        _polls++;
        _jitterNs += jitterNs;
        _worstJitterNs = Math.Max(_worstJitterNs, jitterNs);
    }

    /// <summary>One value of an answer was not taken.</summary>
    public void Value(ValueStatus status)
    {
        if (status == ValueStatus.OutOfRange) _outOfRange++;
        else _invalid++;
    }

    /// <summary>Values were not taken because the texts that label them are not read yet.</summary>
    public void Waited(int values) => _waited += values;

    /// <summary>The counts, of a source that has run for <paramref name="sinceStartNs"/>.</summary>
    public StatusFields Status(long sinceStartNs)
    {
        var exchanges = _answers.Sum();
        return new StatusFields
        {
            { "polls", _polls },
            { "answers", _answers[(int)AnswerStatus.Ok] },
            { "refusals", _answers[(int)AnswerStatus.Exception] },
            { "timeouts", _answers[(int)AnswerStatus.TimedOut] },
            { "corrupt", _answers[(int)AnswerStatus.Corrupt] },
            { "mismatched", _answers[(int)AnswerStatus.Mismatch] },
            { "values_out_of_range", _outOfRange },
            { "values_invalid", _invalid },
            { "values_without_labels", _waited },
            { "answer_ms_mean", exchanges == 0 ? 0 : _elapsedNs / exchanges / 1e6 },
            { "jitter_ms_mean", _polls == 0 ? 0 : _jitterNs / _polls / 1e6 },
            { "jitter_ms_max", _worstJitterNs / 1e6 },
            { "bus_load", sinceStartNs == 0 ? 0 : Math.Round((double)_onWireNs / sinceStartNs, 4) },
        };
    }
}
