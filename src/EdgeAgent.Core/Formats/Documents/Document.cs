namespace EdgeAgent.Core.Formats.Documents;

/// <summary>The values of one document, parents before children, in one array that is used again for the next.</summary>
/// <remarks>Node 0 is the whole. At most <see cref="MaxNodes"/>; an array that one payload made large is given back by the next.</remarks>
sealed class Document
{
    /// <summary>Most values of a document.</summary>
    public const int MaxNodes = 1 << 18;

    const int Kept = 1 << 12;

    DocumentNode[] _nodes = new DocumentNode[64];

    /// <summary>Values held.</summary>
    public int Count { get; private set; }

    /// <summary>A value.</summary>
    public ref DocumentNode this[int node] => ref _nodes[node];

    /// <summary>Forgets all values.</summary>
    public void Clear()
    {
        if (_nodes.Length > Kept && Count < _nodes.Length / 8) _nodes = new DocumentNode[Kept];
        Count = 0;
    }

    /// <summary>Adds a value without a name; -1 when there are too many.</summary>
    public int Add()
    {
        if (Count == _nodes.Length)
        {
            if (Count >= MaxNodes) return -1;
            Array.Resize(ref _nodes, 2 * Count);
        }

        _nodes[Count] = default;
        _nodes[Count].End = Count + 1;
        return Count++;
    }

    /// <summary>Whether a value has others inside.</summary>
    public bool IsContainer(int node) => _nodes[node].Value.Kind is ValueKind.Object or ValueKind.Array;

    /// <summary>The first value inside, or -1.</summary>
    public int FirstIn(int parent) => IsContainer(parent) && _nodes[parent].End > parent + 1 ? parent + 1 : -1;

    /// <summary>As <see cref="FirstIn"/>, also for no value.</summary>
    public int FirstInOrNone(int parent) => parent < 0 ? -1 : FirstIn(parent);

    /// <summary>The next one of the same parent, or -1.</summary>
    public int NextIn(int parent, int node) => _nodes[node].End < _nodes[parent].End ? _nodes[node].End : -1;
}
