using EdgeAgent.Core.Stages.Windows;

namespace EdgeAgent.Tests.Stages.Windows;

/// <summary>One step of a run: a reading, the end of a batch, a cut, or a kill and restore after a cut.</summary>
readonly record struct Op(char Kind, int Series, long TimeNs, decimal Value, int Source, long PassNs);

/// <summary>A summary as the oracle says it must be.</summary>
sealed record Expected(int Group, long StartNs, int Revision, long Count, decimal Min, decimal Max, decimal Sum, decimal First,
    decimal Last, double Stddev);

/// <summary>The rules of tumbling windows told slowly: every window keeps its readings in a list and is counted anew each time.</summary>
sealed class WindowOracle(WindowSettings settings, int sources)
{
    sealed class Window
    {
        public readonly List<(long TimeNs, decimal Value)> Readings = [];
        public int Told;
        public int Revision;
        public bool Closed;
    }

    sealed class Group
    {
        public readonly SortedDictionary<long, Window> Windows = [];
        public long? MaxNs;
        public long? ActiveNs;
        public HashSet<int> Sources = [];
    }

    readonly Dictionary<int, Group> _groups = [];
    readonly long _size = settings.Tumbling.Ticks * 100;
    readonly long _disorder = settings.OutOfOrder.Ticks * 100;
    readonly long _lateness = settings.AllowedLateness.Ticks * 100;
    readonly long? _idle = settings.IdleTimeout?.Ticks * 100;

    public List<Expected> Output { get; } = [];

    public int Late { get; private set; }

    public void Read(int number, long timeNs, decimal value, int source, long nowNs)
    {
        if (!_groups.TryGetValue(number, out var group)) _groups[number] = group = new Group();
        group.ActiveNs = nowNs;
        group.Sources.Add(source);
        group.MaxNs = Math.Max(group.MaxNs ?? long.MinValue, timeNs);
        var watermark = group.MaxNs.Value - _disorder;
        foreach (var (start, window) in group.Windows.ToList())
        {
            if (start + _size <= watermark && !window.Closed)
            {
                window.Closed = true;
                Tell(number, start, window);
            }

            if (start + _size + _lateness > watermark) continue;
            Tell(number, start, window);
            group.Windows.Remove(start);
        }

        var of = (long)Math.Floor((decimal)timeNs / _size) * _size;
        if (of + _size + _lateness <= watermark)
        {
            Late++;
            return;
        }

        if (!group.Windows.TryGetValue(of, out var target)) group.Windows[of] = target = new Window { Closed = of + _size <= watermark };
        target.Readings.Add((timeNs, value));
    }

    public void Cut(long nowNs, long[] floors)
    {
        foreach (var (number, group) in _groups)
        {
            foreach (var (start, window) in group.Windows)
                if (window.Closed) Tell(number, start, window);
            if (_idle is null || group.Windows.Count == 0) continue;
            var since = Math.Max(group.ActiveNs ?? long.MinValue, group.Sources.Max(s => floors[s]));
            if (since == long.MinValue) since = (group.ActiveNs = nowNs).Value;
            if (since > nowNs || nowNs - since < _idle) continue;
            var before = Output.Count;
            foreach (var (start, window) in group.Windows) Tell(number, start, window);
            if (Output.Count > before) group.ActiveNs = nowNs;
        }
    }

    public void Restart()
    {
        foreach (var group in _groups.Values) (group.ActiveNs, group.Sources) = (null, [.. Enumerable.Range(0, sources)]);
    }

    void Tell(int number, long start, Window window)
    {
        if (window.Told == window.Readings.Count) return;
        window.Told = window.Readings.Count;
        var values = window.Readings.Select(r => r.Value).ToList();
        var byTime = window.Readings.OrderBy(r => r.TimeNs).ToList();
        var mean = values.Sum() / values.Count;
        var squares = values.Sum(v => (v - mean) * (v - mean));
        var stddev = values.Count < 2 ? double.NaN : Math.Sqrt((double)(squares / (values.Count - 1)));
        Output.Add(new Expected(
            number, start, window.Revision++,
            values.Count, values.Min(), values.Max(), values.Sum(), byTime[0].Value, byTime[^1].Value, stddev));
    }
}
