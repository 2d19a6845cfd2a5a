using System.Text;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Core.Formats;

/// <summary>Several paths merged into a tree, walked beside the document while it is scanned.</summary>
/// <remarks>Each distinct path is a <i>place</i> with a number; the scanner leaves the last value found at a place there.
/// Node 0 is the root.</remarks>
sealed class PathTree
{
    /// <summary>The number that stands for "no node" and "no place".</summary>
    public const int None = -1;

    readonly List<Draft> _drafts = [new()];
    Node[] _nodes = [new() { Place = None }];
    NamedChild[] _names = [];
    ItemChild[] _items = [];

    /// <summary>Gives <paramref name="path"/> a place: the existing one of an equal path, or else <paramref name="next"/>,
    /// which then rises.</summary>
    public int AddPlace(JsonPath path, ref int next)
    {
        var node = 0;
        foreach (var step in path.Steps)
        {
            var draft = _drafts[node];
            var child = draft.Children.FindIndex(c => c.Step == step);
            if (child < 0)
            {
                child = draft.Children.Count;
                draft.Children.Add((step, _drafts.Count));
                _drafts.Add(new());
            }

            node = draft.Children[child].Node;
        }

        if (_drafts[node].Place == None) _drafts[node].Place = next++;
        Flatten();
        return _drafts[node].Place;
    }

    /// <summary>Whether <paramref name="place"/> is one of this tree's.</summary>
    public bool HasPlace(int place) => _drafts.Exists(d => d.Place == place);

    /// <summary>The place of a node, or <see cref="None"/>.</summary>
    public int PlaceOf(int node) => _nodes[node].Place;

    /// <summary>The node of member <paramref name="name"/> (unescaped) under <paramref name="node"/>, or <see cref="None"/>.</summary>
    public int Member(int node, ReadOnlySpan<byte> name)
    {
        ref readonly var parent = ref _nodes[node];
        for (var i = parent.FirstName; i < parent.EndName; i++)
        {
            ref readonly var child = ref _names[i];
            if (child.Name.Length == name.Length && name.SequenceEqual(child.Name)) return child.Node;
        }

        return None;
    }

    /// <summary>The node of array element <paramref name="index"/> under <paramref name="node"/>, or <see cref="None"/>.</summary>
    public int Item(int node, int index)
    {
        ref readonly var parent = ref _nodes[node];
        for (var i = parent.FirstItem; i < parent.EndItem; i++)
            if (_items[i].Index == index) return _items[i].Node;
        return None;
    }

    void Flatten()
    {
        var names = new List<NamedChild>();
        var items = new List<ItemChild>();
        _nodes = new Node[_drafts.Count];
        for (var i = 0; i < _nodes.Length; i++)
        {
            var node = new Node { Place = _drafts[i].Place, FirstName = names.Count, FirstItem = items.Count };
            foreach (var (step, child) in _drafts[i].Children)
            {
                if (step.Name is { } name) names.Add(new(Encoding.UTF8.GetBytes(name), child));
                else items.Add(new(step.Index, child));
            }

            node.EndName = names.Count;
            node.EndItem = items.Count;
            _nodes[i] = node;
        }

        _names = [.. names];
        _items = [.. items];
    }

    sealed class Draft
    {
        public int Place = None;
        public readonly List<(JsonPath.Step Step, int Node)> Children = [];
    }

    struct Node
    {
        public int Place, FirstName, EndName, FirstItem, EndItem;
    }

    readonly record struct NamedChild(byte[] Name, int Node);

    readonly record struct ItemChild(int Index, int Node);
}
