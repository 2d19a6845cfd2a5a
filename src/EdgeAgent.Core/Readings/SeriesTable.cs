namespace EdgeAgent.Core.Readings;

/// <summary>Gives each label set a dense int id, shared by all sources and pipelines of the process.</summary>
/// <remarks>
/// At most <c>maxSeries</c> ids and <c>maxBytes</c> of labels are held; past either <see cref="Intern"/> refuses, counts, asks for room
/// (<see cref="WantsRoom"/>, see <see cref="CollectLeastUseful"/>) and keeps the first <see cref="RefusedKept"/> refused sets so that they
/// can be listed. Ids run from 0. A forgotten series keeps its id and labels until <see cref="Release"/>: stages write its removal under
/// them, and only when that is durable may the id go to another. All members are thread-safe; <see cref="LabelsOf"/> takes no lock. Last
/// use costs nothing per reading: decoders stamp their cached routes with <see cref="Tick"/> and hand the stamps over by
/// <see cref="MarkSeen"/> only at a sweep (see <see cref="CollectSilent"/>) or when a route is evicted.
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
    int _maxSeries;
    long _maxBytes;
    int _maxLabelBytes;
    LabelSet?[] _labels = new LabelSet?[64];
    int[] _seenTick = new int[64];
    int[] _firstTick = new int[64];
    long _bytes;
    bool _wantsRoom;
    int _idLimit;
    int _tick;
    int _generation;
    long _refusals;

    /// <summary>An empty table for at most <paramref name="maxSeries"/> series.</summary>
    /// <param name="maxSeries">Most ids.</param>
    /// <param name="maxBytes">Most memory of labels, see <see cref="Bytes"/>.</param>
    /// <param name="maxLabelBytes">Longest value of one label, in UTF-8; sets with a longer one are refused.</param>
    public SeriesTable(int maxSeries, long maxBytes = long.MaxValue, int maxLabelBytes = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSeries, 1);
        (_maxSeries, _maxBytes, _maxLabelBytes) = (maxSeries, maxBytes, maxLabelBytes);
    }

    /// <summary>Other bounds from now on; what is held and no longer fits gives way as what is new asks for room.</summary>
    public void Bound(int maxSeries, long maxBytes, int maxLabelBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSeries, 1);
        lock (_lock) (_maxSeries, _maxBytes, _maxLabelBytes) = (maxSeries, maxBytes, maxLabelBytes);
    }

    /// <summary>Longest value of one label [bytes of UTF-8].</summary>
    public int MaxLabelBytes => Volatile.Read(ref _maxLabelBytes);

    /// <summary>Set while stored state is read: what it names was useful before, and is not the first to give way.</summary>
    public bool IsRestoring { get; set; }

    /// <summary>Whether a series was refused for want of room since the last <see cref="CollectLeastUseful"/>.</summary>
    public bool WantsRoom => Volatile.Read(ref _wantsRoom);

    /// <summary>Memory of the labels held, reckoned: two bytes a character of canonical text and of values,
    /// and what objects cost.</summary>
    public long Bytes
    {
        get { lock (_lock) return _bytes; }
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

            var isLong = IsTooLong(labels);
            var bytes = BytesOf(labels);
            if (isLong || _ids.Count >= _maxSeries || _bytes + bytes > _maxBytes)
            {
                Volatile.Write(ref _refusals, _refusals + 1);
                if (isLong) return -1;
                Volatile.Write(ref _wantsRoom, true);
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
            _bytes += bytes;
            _seenTick[id] = _tick;
            _firstTick[id] = IsRestoring ? _tick - 1 : _tick;
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

    /// <summary>Adds the <paramref name="count"/> least useful series to <paramref name="ids"/>,
    /// and takes <see cref="WantsRoom"/> back.</summary>
    /// <remarks>
    /// The rule: first those that were never seen again in a later tick than their first, longest silent first; then the others, longest
    /// silent first. So a flood of names that come once gives way to itself, and a sensor that reports twice before it is its turn stays.
    /// To be called after each decoder's <c>ReportSeen</c>.
    /// </remarks>
    public void CollectLeastUseful(int count, List<int> ids)
    {
        lock (_lock)
        {
            Volatile.Write(ref _wantsRoom, false);
            var keys = new List<(bool IsKnown, int Seen, int Id)>();
            for (var id = 0; id < _idLimit; id++)
                if (_labels[id] is not null && !_retired.Contains(id)) keys.Add((_seenTick[id] > _firstTick[id], _seenTick[id], id));
            keys.Sort();
            for (var i = 0; i < Math.Min(count, keys.Count); i++) ids.Add(keys[i].Id);
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

    /// <summary>Gives the ids of forgotten series free: the commit with their removals is durable. At a cut,
    /// before anything is forgotten anew.</summary>
    /// <remarks>Also empties the list of refused sets: there is room for them now.</remarks>
    public void Release()
    {
        lock (_lock)
        {
            if (_retired.Count == 0) return;
            foreach (var id in _retired)
            {
                _bytes -= BytesOf(_labels[id]!);
                _ids.Remove(_labels[id]!);
                _labels[id] = null;
                _free.Push(id);
            }

            _retired.Clear();
            _refused.Clear();
            Volatile.Write(ref _generation, _generation + 1);
        }
    }

    bool IsTooLong(LabelSet labels)
    {
        foreach (var (_, value) in labels.Pairs)
            if (value.Length > MaxLabelBytes / 3 && System.Text.Encoding.UTF8.GetByteCount(value) > MaxLabelBytes) return true;
        return false;
    }

    static long BytesOf(LabelSet labels)
    {
        var bytes = 160L + (2 * labels.Canonical.Length);
        foreach (var (_, value) in labels.Pairs) bytes += 48 + (2 * value.Length);
        return bytes;
    }

    void Grow()
    {
        var length = (int)Math.Min(2L * _labels.Length, _maxSeries);
        Array.Resize(ref _seenTick, length);
        Array.Resize(ref _firstTick, length);
        var labels = new LabelSet?[length];
        _labels.CopyTo(labels, 0);
        Volatile.Write(ref _labels, labels);
    }
}
