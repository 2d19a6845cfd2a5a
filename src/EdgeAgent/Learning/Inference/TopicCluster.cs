namespace EdgeAgent.Learning.Inference;

/// <summary>Topics of one depth whose payloads are alike, and the template they make.</summary>
sealed class TopicCluster(PayloadKind kind, int depth)
{
    const int MostValues = 1000;
    readonly List<HashSet<string>> _values = [.. Enumerable.Range(0, depth).Select(_ => new HashSet<string>(StringComparer.Ordinal))];

    /// <summary>What the payloads look like.</summary>
    public PayloadKind Kind => kind;

    /// <summary>Levels of each topic.</summary>
    public int Depth => depth;

    /// <summary>The topics.</summary>
    public List<SurveyedTopic> Topics { get; } = [];

    /// <summary>Hashes of the paths of values, of JSON; the first thousand.</summary>
    public HashSet<ulong> Paths { get; } = [];

    /// <summary>Whether a level differs from topic to topic, or stands for one that will.</summary>
    public bool[] IsVariable { get; } = new bool[depth];

    /// <summary>Levels that are as they are, so that the filter matches no other cluster's topics.</summary>
    public bool[] IsHeld { get; } = new bool[depth];

    /// <summary>Messages of all topics.</summary>
    public long Messages => Topics.Sum(topic => topic.Messages);

    /// <summary>Different texts at a level, the first thousand.</summary>
    public HashSet<string> Values(int level) => _values[level];

    /// <summary>Adds a topic.</summary>
    public void Add(SurveyedTopic topic, IReadOnlySet<ulong> paths)
    {
        Topics.Add(topic);
        if (Paths.Count < MostValues && !ReferenceEquals(Paths, paths)) Paths.UnionWith(paths);
        for (var i = 0; i < depth; i++)
            if (_values[i].Count < MostValues) _values[i].Add(topic.Levels[i]);
    }

    /// <summary>Says which levels differ; a single one differs, too, when it is like an identifier.</summary>
    public void Decide()
    {
        for (var i = 0; i < depth; i++)
            IsVariable[i] = !IsHeld[i]
                && (_values[i].Count > 1 || i > 0 && IsLikeIdentifier(_values[i].First()) || !IsLiteral(_values[i].First()));
    }

    /// <summary>The filter: a level, or null for any.</summary>
    public string? Filter(int level) => IsVariable[level] ? null : _values[level].First();

    /// <summary>Whether some topic matches both filters.</summary>
    public bool Overlaps(TopicCluster other)
    {
        if (depth != other.Depth) return false;
        for (var i = 0; i < depth; i++)
            if (Filter(i) is { } mine && other.Filter(i) is { } its && mine != its) return false;
        return true;
    }

    /// <summary>A cluster a value of <paramref name="level"/>, which is held there.</summary>
    public List<TopicCluster> Split(int level)
    {
        var parts = new Dictionary<string, TopicCluster>(StringComparer.Ordinal);
        foreach (var topic in Topics)
        {
            if (!parts.TryGetValue(topic.Levels[level], out var part))
            {
                parts.Add(topic.Levels[level], part = new(kind, depth));
                for (var i = 0; i < depth; i++) part.IsHeld[i] = IsHeld[i] || i == level;
            }

            part.Add(topic, Paths);
        }

        foreach (var part in parts.Values)
        {
            part.Decide();
            for (var i = 0; i < depth; i++) part.IsVariable[i] = IsVariable[i] && !part.IsHeld[i];
        }

        return [.. parts.Values];
    }

    /// <summary>Takes all of another cluster.</summary>
    public void Merge(TopicCluster other)
    {
        foreach (var topic in other.Topics) Add(topic, other.Paths);
        for (var i = 0; i < depth; i++)
        {
            IsHeld[i] &= other.IsHeld[i];
            IsVariable[i] |= other.IsVariable[i] || _values[i].Count > 1;
        }
    }

    /// <summary>Whether a level may stand in a template as it is.</summary>
    public static bool IsLiteral(string level) => level.AsSpan().IndexOfAny("{}+#\0") < 0;

    /// <summary>Whether a level has digits as identifiers have: <c>probe1</c>, <c>70b3d5aa</c>; not <c>v3</c>, <c>switch:0</c>.</summary>
    static bool IsLikeIdentifier(string level)
    {
        var digits = level.Count(char.IsAsciiDigit);
        return digits > 0 && !level.Contains(':') && !(level.Length <= 3 && level[0] is 'v' or 'V');
    }
}
