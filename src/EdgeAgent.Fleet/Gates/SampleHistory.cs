using EdgeAgent.Core.Readings;

namespace EdgeAgent.Fleet.Gates;

/// <summary>Samples of the last half hour: each of the last minute, of those before one in ten seconds. One thread.</summary>
public sealed class SampleHistory
{
    /// <summary>How far back it goes.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    static readonly TimeSpan s_fine = TimeSpan.FromMinutes(1), s_coarse = TimeSpan.FromSeconds(10);
    readonly List<GateSample> _samples = [];

    /// <summary>The newest; null while there is none.</summary>
    public GateSample? Last => _samples.Count > 0 ? _samples[^1] : null;

    /// <summary>Samples held; for tests.</summary>
    internal int Count => _samples.Count;

    /// <summary>How far back it goes now.</summary>
    public TimeSpan Length => _samples.Count > 1 ? _samples[^1].At - _samples[0].At : TimeSpan.Zero;

    /// <summary>Takes a sample. What it counts may have begun anew since the one before: then that one and all older go.</summary>
    public void Add(GateSample sample)
    {
        if (Last is { } last && !Continues(last, sample)) _samples.Clear();
        _samples.Add(sample);
        var at = 0;
        while (at < _samples.Count - 1 && sample.At - _samples[at + 1].At >= Longest) at++;
        _samples.RemoveRange(0, at);
        for (at = _samples.Count - 2; at > 0; at--)
            if (sample.At - _samples[at].At > s_fine && _samples[at].At - _samples[at - 1].At < s_coarse
                && _samples[at + 1].At - _samples[at - 1].At <= s_coarse)
                _samples.RemoveAt(at);
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => _samples.Clear();

    /// <summary>The oldest sample that is at most <paramref name="length"/> older than the newest; null while there is none.</summary>
    public GateSample? Back(TimeSpan length)
    {
        foreach (var sample in _samples)
            if (_samples[^1].At - sample.At <= length) return sample;
        return null;
    }

    /// <summary>How it was during the last <paramref name="length"/>, or as much of it as there is.</summary>
    public GateBaseline Baseline(TimeSpan length)
    {
        if (Last is not { } last || Back(length) is not { } first) return GateBaseline.None;
        var over = last.At - first.At;
        var flows = new Dictionary<string, GateFlow>(StringComparer.Ordinal);
        if (over > TimeSpan.Zero)
            foreach (var (name, flow) in last.Pipelines.Take(GateBaseline.Most))
                if (first.Pipelines.TryGetValue(name, out var then))
                    flows[name] = new((flow.In - then.In) / over.TotalSeconds, (flow.Out - then.Out) / over.TotalSeconds);
        return new GateBaseline
        {
            Sources = [.. last.Sources.Where(s => s.Value).Select(s => s.Key).Take(GateBaseline.Most)],
            FailingOutputs = [.. last.Outputs.Where(o => !o.Value.IsWell).Select(o => o.Key).Take(GateBaseline.Most)],
            Pipelines = flows,
            Bad = BadPart(first, last) ?? 0,
            ResidentBytes = last.ResidentBytes,
            Over = over,
        };
    }

    /// <summary>Bad of all messages between two samples; null when there were too few to say.</summary>
    public static double? BadPart(GateSample first, GateSample last)
    {
        const int Fewest = 10;
        var messages = last.Messages - first.Messages;
        return messages < Fewest ? null : (double)(last.Bad - first.Bad) / messages;
    }

    static bool Continues(GateSample last, GateSample next) =>
        next.Messages >= last.Messages && next.Bad >= last.Bad
        && next.Pipelines.All(p => !last.Pipelines.TryGetValue(p.Key, out var then) || (p.Value.In >= then.In && p.Value.Out >= then.Out));
}
