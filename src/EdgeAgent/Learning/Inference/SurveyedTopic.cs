namespace EdgeAgent.Learning.Inference;

/// <summary>A topic and what came on it.</summary>
sealed class SurveyedTopic(string name)
{
    readonly List<PayloadSample> _samples = [];
    string[]? _levels;
    PayloadKind? _kind;
    long _firstLiveNs;
    long _lastLiveNs;

    /// <summary>The topic.</summary>
    public string Name => name;

    /// <summary>Its levels.</summary>
    public string[] Levels => _levels ??= name.Split('/');

    /// <summary>What most of its payloads look like; to be asked when all has been heard.</summary>
    public PayloadKind Kind => _kind ??= PayloadKinds.Of(this);

    /// <summary>Payloads kept, in order of arrival.</summary>
    public IReadOnlyList<PayloadSample> Samples => _samples;

    /// <summary>Messages, retained ones included.</summary>
    public long Messages { get; private set; }

    /// <summary>Messages that came as they were sent.</summary>
    public long Live { get; private set; }

    /// <summary>The largest payload [bytes].</summary>
    public int LargestBytes { get; private set; }

    /// <summary>Mean time between live messages; null when fewer than two came.</summary>
    public TimeSpan? Interval => Live < 2 || _lastLiveNs <= _firstLiveNs ? null
        : TimeSpan.FromTicks((_lastLiveNs - _firstLiveNs) / 100 / (Live - 1));

    /// <summary>Counts one message.</summary>
    public void Count(int lengthBytes, long atNs, bool isRetained)
    {
        Messages++;
        LargestBytes = Math.Max(LargestBytes, lengthBytes);
        if (isRetained) return;
        if (Live++ == 0) _firstLiveNs = atNs;
        _lastLiveNs = atNs;
    }

    /// <summary>Keeps a payload.</summary>
    public void Keep(PayloadSample sample) => _samples.Add(sample);
}
