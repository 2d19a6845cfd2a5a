namespace EdgeAgent.Core.Readings;

/// <summary>Gives each label set a dense int id, shared by all sources and pipelines of the process.</summary>
/// <remarks>
/// At most <c>maxSeries</c> ids are held; past it <see cref="Intern"/> refuses, counts, and keeps the first
/// <see cref="RefusedKept"/> refused sets so that they can be listed. Ids run from 0. A forgotten series keeps its id and labels until
/// <see cref="Release"/>: stages write its removal under them, and only when that is durable may the id go to another. All members are thread-safe; <see cref="LabelsOf"/> takes no lock.
/// Last use costs nothing per reading: decoders stamp their cached routes with <see cref="Tick"/> and hand the stamps over
/// by <see cref="MarkSeen"/> only at a sweep (see <see cref="CollectSilent"/>) or when a route is evicted.
/// </remarks>
public sealed class SeriesTable
{
    /// <summary>How many refused label sets are kept to be listed.</summary>
    public const int RefusedKept = 100;

    readonly Lock _lock = new();
    readonly Dictionary<LabelSet, int> _ids = [];
    readonly Stack<int> _free = new();
    readonly HashSet<int> _retired = [];
    readonly HashSet<LabelSet> _refused = [];
    readonly int _maxSeries;
    LabelSet?[] _labels = new LabelSet?[64];
    int[] _seenTick = new int[64];
    int _idLimit;
    int _tick;
    int _generation;
    long _refusals;

    /// <summary>An empty table for at most <paramref name="maxSeries"/> series.</summary>
    public SeriesTable(int maxSeries)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSeries, 1);
        _maxSeries = maxSeries;
    }

    /// <summary>Coarse monotonic time in a unit of the host's choice (such as minutes); never goes back.</summary>
    public int Tick
    {
        get => Volatile.Read(ref _tick);
        set => Volatile.Write(ref _tick, value);
    }

    /// <summary>Series held.</summary>
    public int Count
    {
        get { lock (_lock) return _ids.Count - _retired.Count; }
    }

    /// <summary>One more than the highest id ever given.</summary>
    public int IdLimit => Volatile.Read(ref _idLimit);

    /// <summary>Refused calls of <see cref="Intern"/>.</summary>
    public long Refusals => Volatile.Read(ref _refusals);

    /// <summary>Rises with every <see cref="Forget"/>; a caller that was refused may then try again.</summary>
    public int Generation => Volatile.Read(ref _generation);

    /// <summary>The id of <paramref name="labels"/>, or -1 when the table is full. Marks the series as seen now.</summary>
    public int Intern(LabelSet labels)
    {
        lock (_lock)
        {
            if (_ids.TryGetValue(labels, out var id))
            {
                _retired.Remove(id);
                _seenTick[id] = Math.Max(_seenTick[id], _tick);
                return id;
            }

            if (_ids.Count >= _maxSeries)
            {
                Volatile.Write(ref _refusals, _refusals + 1);
                if (_refused.Count < RefusedKept) _refused.Add(labels);
                return -1;
            }

            if (!_free.TryPop(out id))
            {
                id = _idLimit;
                if (id == _labels.Length) Grow();
                Volatile.Write(ref _idLimit, id + 1);
            }

            _ids.Add(labels, id);
            _seenTick[id] = _tick;
            Volatile.Write(ref _labels[id], labels);
            return id;
        }
    }

    /// <summary>The id of <paramref name="labels"/> if they are held, or −1.</summary>
    public int Find(LabelSet labels)
    {
        lock (_lock) return _ids.TryGetValue(labels, out var id) && !_retired.Contains(id) ? id : -1;
    }

    /// <summary>The labels of a held series. <see cref="LabelSet.Empty"/> for an id that is not held. Takes no lock.</summary>
    public LabelSet LabelsOf(int id)
    {
        var labels = Volatile.Read(ref _labels);
        return (uint)id < (uint)labels.Length ? Volatile.Read(ref labels[id]) ?? LabelSet.Empty : LabelSet.Empty;
    }

    /// <summary>The first refused label sets, in no order.</summary>
    public IReadOnlyList<LabelSet> ListRefused()
    {
        lock (_lock) return [.. _refused];
    }

    /// <summary>Says that the series <paramref name="ids"/> (negative ones are passed over) were seen at <paramref name="tick"/>.</summary>
    public void MarkSeen(ReadOnlySpan<int> ids, int tick)
    {
        lock (_lock)
        {
            foreach (var id in ids)
                if (id >= 0) _seenTick[id] = Math.Max(_seenTick[id], tick);
        }
    }

    /// <summary>Adds to <paramref name="ids"/> the series last seen before <paramref name="beforeTick"/>.</summary>
    /// <remarks>
    /// The sweep, while every source is stopped at a cut: each decoder's <c>ReportSeen</c>, this, each stage's and each
    /// decoder's <c>Forget</c>, then <see cref="Forget"/>.
    /// </remarks>
    public void CollectSilent(int beforeTick, List<int> ids)
    {
        lock (_lock)
        {
            for (var id = 0; id < _idLimit; id++)
                if (_labels[id] is not null && _seenTick[id] < beforeTick && !_retired.Contains(id)) ids.Add(id);
        }
    }

    /// <summary>Forgets series. Only while every source is stopped at a cut and nothing holds these ids any more.</summary>
    /// <remarks>Their labels, if they come back, get the same ids. See <see cref="Release"/>.</remarks>
    public void Forget(ReadOnlySpan<int> ids)
    {
        if (ids.IsEmpty) return;
        lock (_lock)
        {
            foreach (var id in ids)
                if ((uint)id < (uint)_idLimit && _labels[id] is not null) _retired.Add(id);
        }
    }

    /// <summary>Gives the ids of forgotten series free: the commit with their removals is durable. At a cut, before anything is forgotten anew.</summary>
    /// <remarks>Also empties the list of refused sets: there is room for them now.</remarks>
    public void Release()
    {
        lock (_lock)
        {
            if (_retired.Count == 0) return;
            foreach (var id in _retired)
            {
                _ids.Remove(_labels[id]!);
                _labels[id] = null;
                _free.Push(id);
            }

            _retired.Clear();
            _refused.Clear();
            Volatile.Write(ref _generation, _generation + 1);
        }
    }

    void Grow()
    {
        var length = (int)Math.Min(2L * _labels.Length, _maxSeries);
        Array.Resize(ref _seenTick, length);
        var labels = new LabelSet?[length];
        _labels.CopyTo(labels, 0);
        Volatile.Write(ref _labels, labels);
    }
}
