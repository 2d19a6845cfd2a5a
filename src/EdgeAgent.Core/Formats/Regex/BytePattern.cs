namespace EdgeAgent.Core.Formats.Regex;

/// <summary>A regular expression over bytes that takes time in proportion to the input, whatever the pattern.</summary>
/// <remarks>
/// Syntax: literals, <c>.</c> (not line feed), <c>[…]</c>, <c>\d \w \s</c> and their opposites, <c>\t \r \n \xHH</c>, <c>(…)</c>,
/// <c>(?:…)</c>, <c>(?&lt;name&gt;…)</c>, <c>|</c>, <c>* + ? {n} {n,} {n,m}</c> and their lazy forms, <c>^</c> and <c>$</c> as start and
/// end of the input. No look-around and no back-reference: these are what makes other engines need a time-out. The match is the
/// leftmost, with the preferences of Perl. Engine: Thompson's simulation with captures ("Pike's VM": R. Cox, "Regular
/// Expression Matching: the Virtual Machine Approach", 2009); patterns with one way to go, which most for lines are, walk a table
/// instead (<see cref="OnePass"/>). Single-threaded; does not allocate after construction.
/// </remarks>
public sealed class BytePattern
{
    internal enum Op : byte
    {
        Byte,
        Set,
        Split,
        Jump,
        Save,
        AtStart,
        AtEnd,
        Match,
    }

    internal readonly record struct Step(Op Op, int X = 0, int Y = 0);

    readonly Step[] _steps;
    readonly bool[][] _sets;
    readonly int _slots;
    readonly int[] _match;
    readonly int[] _save;
    readonly OnePass? _onePass;
    Threads _now;
    Threads _next;

    sealed class Threads(int steps, int slots)
    {
        public readonly int[] At = new int[steps];
        public readonly int[] Seen = new int[steps];
        public readonly int[] Saved = new int[steps * slots];
        public int Count;
    }

    internal BytePattern(Step[] steps, bool[][] sets, IReadOnlyList<string> groups)
    {
        (_steps, _sets, Groups) = (steps, sets, groups);
        _slots = 2 * (groups.Count + 1);
        (_match, _save) = (new int[_slots], new int[_slots]);
        (_now, _next) = (new(steps.Length, _slots), new(steps.Length, _slots));
        _onePass = OnePass.TryBuild(steps, sets);
    }

    /// <summary>Whether the table serves; else the simulation.</summary>
    public bool IsOnePass => _onePass is not null;

    /// <summary>Names of the groups in order, empty for those without; group 0, the whole match, is not among them.</summary>
    public IReadOnlyList<string> Groups { get; }

    /// <summary>Compiles <paramref name="text"/>; on failure <paramref name="error"/> says what is wrong and where.</summary>
    public static BytePattern? TryParse(string text, out string error) => new BytePatternParser(text).TryParse(out error);

    /// <summary>Looks for the leftmost match.</summary>
    public bool IsMatch(ReadOnlySpan<byte> input) => _onePass?.Find(input, _match, _save) ?? Simulate(input);

    /// <summary>As <see cref="IsMatch"/>, by simulation alone; for tests to hold the table against.</summary>
    public bool Simulate(ReadOnlySpan<byte> input)
    {
        Array.Fill(_match, -1);
        (_now.Count, _next.Count) = (0, 0);
        var matched = false;
        for (var at = 0; ; at++)
        {
            if (!matched)
            {
                Array.Fill(_save, -1);
                Add(_now, 0, at, input.Length, _save);
            }

            if (_now.Count == 0) break;
            _next.Count = 0;
            for (var t = 0; t < _now.Count; t++)
            {
                var step = _steps[_now.At[t]];
                var saved = _now.Saved.AsSpan(t * _slots, _slots);
                if (step.Op == Op.Match)
                {
                    saved.CopyTo(_match);
                    matched = true;
                    break;
                }

                if (step.Op is not (Op.Byte or Op.Set)) continue;
                if (at == input.Length || !(step.Op == Op.Byte ? input[at] == step.X : _sets[step.X][input[at]])) continue;
                saved.CopyTo(_save);
                Add(_next, _now.At[t] + 1, at + 1, input.Length, _save);
            }

            (_now, _next) = (_next, _now);
            if (at == input.Length) break;
        }

        return matched;
    }

    /// <summary>The bytes group <paramref name="group"/> of the last match took; 0 for the whole.</summary>
    /// <returns>False when the group took no part.</returns>
    public bool TryGroup(int group, out Range range)
    {
        var (from, to) = (_match[2 * group], _match[2 * group + 1]);
        range = from < 0 || to < 0 ? default : new(from, to);
        return from >= 0 && to >= 0;
    }

    // Follows all steps that take no byte; a step already reached by a thread of higher preference is left to it.
    void Add(Threads list, int at, int position, int end, int[] save)
    {
        var seen = list.Seen[at];
        if (seen < list.Count && list.At[seen] == at) return;
        var place = list.Count++;
        (list.Seen[at], list.At[place]) = (place, at);
        var step = _steps[at];
        switch (step.Op)
        {
            case Op.Jump:
                Add(list, step.X, position, end, save);
                break;
            case Op.Split:
                Add(list, step.X, position, end, save);
                Add(list, step.Y, position, end, save);
                break;
            case Op.AtStart when position == 0:
            case Op.AtEnd when position == end:
                Add(list, at + 1, position, end, save);
                break;
            case Op.Save:
                var before = save[step.X];
                save[step.X] = position;
                Add(list, at + 1, position, end, save);
                save[step.X] = before;
                break;
            case Op.Byte or Op.Set or Op.Match:
                save.CopyTo(list.Saved, place * _slots);
                break;
        }
    }
}
