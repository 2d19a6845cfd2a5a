using System.Globalization;
using System.Text;

namespace EdgeAgent.Core.Formats.Documents;

/// <summary>Every number below a value of a document, each with its path.</summary>
/// <remarks>A path is the names and positions from the value down with a point between them: <c>ENERGY.Power.0</c>. Numbers that are the
/// time or a label are left out.</remarks>
sealed class NumberWalk(Document document, DocumentParser parser)
{
    readonly (int End, int Length, int Index)[] _above = new (int, int, int)[DocumentParser.MaxDepth + 1];
    readonly List<int> _excluded = [];
    int _depth;
    int _node;
    int _end;

    /// <summary>Whether numbers may be left.</summary>
    public bool IsWalking => _node < _end;

    /// <summary>The path of the first text met that is a number; texts are passed over.</summary>
    public string? TextPath { get; private set; }

    /// <summary>Starts at a value.</summary>
    public void Start(int node)
    {
        (_node, _end, _depth) = (node, document[node].End, 0);
        _excluded.Clear();
    }

    /// <summary>Has none left.</summary>
    public void Stop() => _node = _end = 0;

    /// <summary>Leaves one out.</summary>
    public void Exclude(int node)
    {
        if (node >= 0) _excluded.Add(node);
    }

    /// <summary>The next number, or -1; its path goes into <paramref name="target"/> from <paramref name="start"/>.</summary>
    public int Next(ReadOnlySpan<byte> text, ref byte[] target, int start, out int length)
    {
        for (; _node < _end; _node++)
        {
            while (_depth > 0 && _node >= _above[_depth - 1].End) _depth--;
            length = _depth > 0 ? Named(text, ref target, start, ref _above[_depth - 1]) : 0;
            if (document.IsContainer(_node))
            {
                _above[_depth++] = (document[_node].End, length, 0);
                continue;
            }

            if (document[_node].Value.Kind is not (ValueKind.Number or ValueKind.Double) || _excluded.Contains(_node))
            {
                if (TextPath is null && document[_node].Value.Kind == ValueKind.String && !_excluded.Contains(_node)
                    && NumberWithUnit.TryRead(document[_node].Value.TextIn(text), DecimalMark.Any, out _, out _, out _) == BadReason.None)
                    TextPath = Encoding.UTF8.GetString(target.AsSpan(start, length));
                continue;
            }

            if (length == 0) "value"u8.CopyTo(target.AsSpan(start, length = 5));
            return _node++;
        }

        length = 0;
        return -1;
    }

    int Named(ReadOnlySpan<byte> text, ref byte[] target, int start, ref (int End, int Length, int Index) above)
    {
        ref readonly var node = ref document[_node];
        var length = above.Length;
        var room = length + 1 + Math.Max(20, node.NameEnd - node.NameStart);
        if (target.Length < start + room) Array.Resize(ref target, 2 * (start + room));
        if (length > 0) target[start + length++] = (byte)'.';
        var rest = target.AsSpan(start + length);
        if (node.HasNumber || node.NameStart == 0)
        {
            (node.HasNumber ? node.NameNumber : above.Index).TryFormat(rest, out var digits, default, CultureInfo.InvariantCulture);
            length += digits;
        }
        else
        {
            var name = text[node.NameStart..node.NameEnd];
            if (node.NameHasEscapes) length += parser.Unescape(name, rest);
            else
            {
                name.CopyTo(rest);
                length += name.Length;
            }
        }

        above.Index++;
        return length;
    }
}
