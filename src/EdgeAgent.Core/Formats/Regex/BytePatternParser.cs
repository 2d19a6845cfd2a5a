using System.Text;
using static EdgeAgent.Core.Formats.Regex.BytePattern;

namespace EdgeAgent.Core.Formats.Regex;

/// <summary>Parses the syntax of <see cref="BytePattern"/> and emits its steps.</summary>
/// <remarks>Bounds: 2,000 steps, 32 levels, 16 groups, repeats up to 255; beyond them the pattern is refused.</remarks>
sealed class BytePatternParser(string text)
{
    const int MaxSteps = 2000;
    const int MaxDepth = 32;
    const int MaxGroups = 16;
    const int MaxRepeat = 255;

    abstract record Node;
    sealed record Set(bool[] Bytes) : Node;
    sealed record Anchor(Op Op) : Node;
    sealed record Sequence(List<Node> Parts) : Node;
    sealed record Choice(List<Node> Parts) : Node;
    sealed record Group(int Index, Node Inner) : Node;
    sealed record Repeat(Node Inner, int Min, int Max, bool Lazy) : Node;

    readonly List<Step> _steps = [];
    readonly List<bool[]> _sets = [];
    readonly List<string> _groups = [];
    int _at;
    int _depth;
    int _emitted;

    public BytePattern? TryParse(out string error)
    {
        error = "";
        try
        {
            var node = Choices();
            if (_at < text.Length) throw Wrong("no group is open here");
            Emit(new Group(-1, node));
            Add(new(Op.Match));
            return new BytePattern([.. _steps], [.. _sets], _groups);
        }
        catch (FormatException e)
        {
            error = e.Message;
            return null;
        }
    }

    FormatException Wrong(string what) => new($"at character {_at + 1}: {what}");

    bool Eat(char c)
    {
        if (_at >= text.Length || text[_at] != c) return false;
        _at++;
        return true;
    }

    Node Choices()
    {
        if (++_depth > MaxDepth) throw Wrong($"more than {MaxDepth} groups inside each other");
        var parts = new List<Node> { Parts() };
        while (Eat('|')) parts.Add(Parts());
        _depth--;
        return parts.Count == 1 ? parts[0] : new Choice(parts);
    }

    Sequence Parts()
    {
        var parts = new List<Node>();
        while (_at < text.Length && text[_at] is not ('|' or ')')) Atom(parts);
        return new(parts);
    }

    void Atom(List<Node> parts)
    {
        var c = text[_at++];
        if (c is '*' or '+' or '?') throw Wrong($"nothing to repeat before {c}");
        Node atom;
        switch (c)
        {
            case '^' or '$':
                parts.Add(new Anchor(c == '^' ? Op.AtStart : Op.AtEnd));
                return;
            case '(':
                atom = OpenGroup();
                break;
            case '[':
                atom = new Set(Class());
                break;
            case '.':
                atom = new Set(Except('\n'));
                break;
            case '\\':
                atom = new Set(Escape());
                break;
            case > '\x7F':
                _at--;
                var rune = Rune.GetRuneAt(text, _at);
                _at += rune.Utf16SequenceLength;
                atom = new Sequence([.. Encoding.UTF8.GetBytes(rune.ToString()).Select(b => new Set(Only((char)b)))]);
                break;
            default:
                atom = new Set(Only(c));
                break;
        }

        parts.Add(Repeated(atom));
    }

    Node OpenGroup()
    {
        var index = -1;
        if (Eat('?'))
        {
            if (Eat('<'))
            {
                var end = text.IndexOf('>', _at);
                var name = end < 0 ? "" : text[_at..end];
                if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
                    throw Wrong("a group is (…), (?:…) or (?<name>…); look-behind is not supported");
                if (_groups.Contains(name)) throw Wrong($"group {name} is named twice");
                _at = end + 1;
                index = NewGroup(name);
            }
            else if (!Eat(':')) throw Wrong("a group is (…), (?:…) or (?<name>…); look-ahead and options are not supported");
        }
        else index = NewGroup("");

        var inner = Choices();
        if (!Eat(')')) throw Wrong("a group is not closed");
        return index < 0 ? inner : new Group(index, inner);
    }

    int NewGroup(string name)
    {
        if (_groups.Count == MaxGroups) throw Wrong($"more than {MaxGroups} groups");
        _groups.Add(name);
        return _groups.Count - 1;
    }

    Node Repeated(Node atom)
    {
        int min, max;
        if (Eat('*')) (min, max) = (0, -1);
        else if (Eat('+')) (min, max) = (1, -1);
        else if (Eat('?')) (min, max) = (0, 1);
        else if (!Braces(out min, out max)) return atom;
        return new Repeat(atom, min, max, Eat('?'));
    }

    // {n}, {n,} and {n,m}; any other brace is a literal.
    bool Braces(out int min, out int max)
    {
        (min, max) = (0, -1);
        if (_at >= text.Length || text[_at] != '{') return false;
        var end = text.IndexOf('}', _at);
        if (end < 0) return false;
        var bounds = text[(_at + 1)..end].Split(',');
        if (bounds.Length > 2 || !Number(bounds[0], out min)) return false;
        max = min;
        if (bounds.Length == 2 && bounds[1].Length == 0) max = -1;
        else if (bounds.Length == 2 && !Number(bounds[1], out max)) return false;
        if (min > MaxRepeat || max > MaxRepeat || (max >= 0 && max < min))
            throw Wrong($"repeats run from 0 to {MaxRepeat}, the lower bound first");
        _at = end + 1;
        return true;

        static bool Number(string s, out int n) => int.TryParse(s, System.Globalization.NumberStyles.None, null, out n);
    }

    bool[] Class()
    {
        var set = new bool[256];
        var negated = Eat('^');
        for (var first = true; first || !(_at < text.Length && text[_at] == ']'); first = false)
        {
            var from = ClassItem(set);
            if (from < 0 || _at + 1 >= text.Length || text[_at] != '-' || text[_at + 1] == ']') continue;
            _at++;
            var to = ClassItem(set);
            if (to < from) throw Wrong("a range ends before it starts");
            for (var b = from; b <= to; b++) set[b] = true;
        }

        _at++;
        return negated ? [.. set.Select(b => !b)] : set;
    }

    // Adds one item; returns its byte, or -1 for a class such as \d.
    int ClassItem(bool[] set)
    {
        if (_at >= text.Length) throw Wrong("a class [ is not closed");
        var c = text[_at++];
        if (c > '\x7F') throw Wrong("only ASCII and \\xHH inside a class");
        var bytes = c == '\\' ? Escape() : Only(c);
        for (var b = 0; b < 256; b++) set[b] |= bytes[b];
        return bytes.Count(b => b) == 1 ? Array.IndexOf(bytes, true) : -1;
    }

    bool[] Escape()
    {
        if (_at >= text.Length) throw Wrong("a backslash ends the pattern");
        var c = text[_at++];
        switch (c)
        {
            case 'd' or 'D': return Where(char.IsAsciiDigit, c == 'D');
            case 'w' or 'W': return Where(b => char.IsAsciiLetterOrDigit(b) || b == '_', c == 'W');
            case 's' or 'S': return Where(b => b is ' ' or (>= '\t' and <= '\r'), c == 'S');
            case 't': return Only('\t');
            case 'r': return Only('\r');
            case 'n': return Only('\n');
            case 'x':
                if (_at + 2 > text.Length
                    || !byte.TryParse(text.AsSpan(_at, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var b))
                    throw Wrong("\\x needs two hexadecimal digits");
                _at += 2;
                return Only((char)b);
            default:
                if (char.IsAsciiLetterOrDigit(c) || c > '\x7F') throw Wrong($"\\{c} is not supported");
                return Only(c);
        }
    }

    static bool[] Only(char c) => Where(b => b == c, false);

    static bool[] Except(char c) => Where(b => b == c, true);

    static bool[] Where(Func<char, bool> test, bool negated) => [.. Enumerable.Range(0, 256).Select(b => test((char)b) != negated)];

    int Add(Step step)
    {
        if (_steps.Count >= MaxSteps) throw new FormatException($"the pattern needs more than {MaxSteps} steps; use smaller repeats");
        _steps.Add(step);
        return _steps.Count - 1;
    }

    void Emit(Node node)
    {
        if (++_emitted > 10 * MaxSteps) throw new FormatException("the pattern repeats too much; use smaller repeats");
        switch (node)
        {
            case Set set:
                if (set.Bytes.Count(b => b) == 1)
                {
                    Add(new(Op.Byte, Array.IndexOf(set.Bytes, true)));
                    break;
                }

                _sets.Add(set.Bytes);
                Add(new(Op.Set, _sets.Count - 1));
                break;
            case Anchor anchor:
                Add(new(anchor.Op));
                break;
            case Sequence sequence:
                foreach (var part in sequence.Parts) Emit(part);
                break;
            case Group group:
                Add(new(Op.Save, 2 * (group.Index + 1)));
                Emit(group.Inner);
                Add(new(Op.Save, 2 * (group.Index + 1) + 1));
                break;
            case Choice choice:
                EmitChoice(choice.Parts);
                break;
            case Repeat repeat:
                EmitRepeat(repeat);
                break;
        }
    }

    void EmitChoice(List<Node> parts)
    {
        var ends = new List<int>();
        for (var i = 0; i < parts.Count - 1; i++)
        {
            var split = Add(default);
            Emit(parts[i]);
            ends.Add(Add(default));
            _steps[split] = new(Op.Split, split + 1, _steps.Count);
        }

        Emit(parts[^1]);
        foreach (var end in ends) _steps[end] = new(Op.Jump, _steps.Count);
    }

    void EmitRepeat(Repeat repeat)
    {
        for (var i = 0; i < repeat.Min; i++) Emit(repeat.Inner);
        if (repeat.Max < 0)
        {
            var loop = Add(default);
            Emit(repeat.Inner);
            Add(new(Op.Jump, loop));
            _steps[loop] = Split(loop + 1, _steps.Count, repeat.Lazy);
            return;
        }

        var splits = new List<int>();
        for (var i = repeat.Min; i < repeat.Max; i++)
        {
            splits.Add(Add(default));
            Emit(repeat.Inner);
        }

        foreach (var split in splits) _steps[split] = Split(split + 1, _steps.Count, repeat.Lazy);
    }

    static Step Split(int inner, int after, bool lazy) => lazy ? new(Op.Split, after, inner) : new(Op.Split, inner, after);
}
