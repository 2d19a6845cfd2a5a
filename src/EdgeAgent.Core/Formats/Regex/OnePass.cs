using System.Buffers;
using System.Numerics;
using static EdgeAgent.Core.Formats.Regex.BytePattern;

namespace EdgeAgent.Core.Formats.Regex;

/// <summary>A pattern that never has more than one way to go: a table walked byte by byte.</summary>
/// <remarks>
/// Built only when at every place each byte fits at most one step (as RE2's "one-pass": R. Cox, "Regular Expression Matching in
/// the Wild", 2010); then a walk needs no list of threads. Places are steps with all that takes no byte followed, classes are
/// bytes no set tells apart. Preferences are those of the simulation: what comes after a match in the order is dropped. A search
/// walks from every start that has a fitting byte, and gives up beyond four steps a byte of input, so its time stays
/// proportional; the simulation then decides. Single-threaded; does not allocate after construction.
/// </remarks>
sealed class OnePass
{
    const int MaxPlaces = 250;
    const ulong No = ulong.MaxValue;

    /// <summary>Where a class of bytes leads, and which slots take the position before it; <c>Next</c> below 0 for nowhere.</summary>
    readonly record struct Move(int Next, ulong Saves);

    readonly byte[] _classes;
    readonly int _classCount;
    readonly Move[] _moves;
    readonly ulong[] _matches;
    readonly ulong[] _ends;
    readonly SearchValues<byte>? _first;
    readonly bool _onlyAtStart;

    OnePass(byte[] classes, int classCount, List<Move[]> moves, List<ulong> matches, List<ulong> ends)
    {
        (_classes, _classCount, _matches, _ends) = (classes, classCount, [.. matches], [.. ends]);
        _moves = [.. moves.SelectMany(m => m)];
        var later = moves[1];
        var isEmptyMatch = matches[1] != No || ends[1] != No;
        _onlyAtStart = !isEmptyMatch && later.All(m => m.Next < 0);
        if (!isEmptyMatch)
            _first = SearchValues.Create([.. Enumerable.Range(0, 256).Select(b => (byte)b).Where(b => later[classes[b]].Next >= 0)]);
    }

    /// <summary>The table of a pattern, or null when it has more than one way to go or is too large.</summary>
    public static OnePass? TryBuild(Step[] steps, bool[][] sets)
    {
        var (classes, classCount) = Classes(steps, sets);
        var places = new Dictionary<int, int>();
        var (moves, matches, ends) = (new List<Move[]>(), new List<ulong>(), new List<ulong>());
        var queue = new Queue<int>();

        // Place 0 is the start at position 0, place 1 the start at any later one.
        if (!TryPlace(0, atStart: true) || !TryPlace(0, atStart: false)) return null;
        while (queue.TryDequeue(out var step))
            if (!TryPlace(step, atStart: false)) return null;
        return new(classes, classCount, moves, matches, ends);

        bool TryPlace(int from, bool atStart)
        {
            var row = new Move[classCount];
            Array.Fill(row, new(-1, 0));
            var reached = new Reached(steps, atStart, AtEnd: false);
            reached.Follow(from, 0);
            var match = No;
            foreach (var (at, saves) in reached.Found)
            {
                if (steps[at].Op == Op.Match)
                {
                    match = saves;
                    break;
                }

                for (var b = 0; b < 256; b++)
                {
                    if (!Fits(steps[at], sets, b)) continue;
                    if (!places.TryGetValue(at + 1, out var next))
                    {
                        if (places.Count >= MaxPlaces) return false;
                        places[at + 1] = next = places.Count + 2;
                        queue.Enqueue(at + 1);
                    }

                    if (row[classes[b]].Next >= 0 && row[classes[b]].Next != next) return false;
                    row[classes[b]] = new(next, saves);
                }
            }

            reached = new Reached(steps, atStart, AtEnd: true);
            reached.Follow(from, 0);
            moves.Add(row);
            matches.Add(match);
            ends.Add(reached.Found.Where(f => steps[f.Step].Op == Op.Match).Select(f => f.Saves).FirstOrDefault(No));
            return true;
        }
    }

    /// <summary>Looks for the leftmost match; its positions go to <paramref name="match"/>.</summary>
    /// <returns>Whether there is one; null when the walk became too long to tell.</returns>
    public bool? Find(ReadOnlySpan<byte> input, int[] match, int[] save)
    {
        var steps = 4 * input.Length + 64;
        for (var at = 0; ;)
        {
            if (Walk(input, at, match, save, ref steps)) return true;
            if (_onlyAtStart) return false;
            if (++at > input.Length) return false;
            if (steps < 0) return null;
            if (_first is null) continue;
            var skip = input[at..].IndexOfAny(_first);
            if (skip < 0) return false;
            at += skip;
        }
    }

    bool Walk(ReadOnlySpan<byte> input, int at, int[] match, int[] save, ref int steps)
    {
        Array.Fill(save, -1);
        var place = at == 0 ? 0 : 1;
        var matched = false;
        for (; at < input.Length; at++, steps--)
        {
            if (_matches[place] != No)
            {
                Keep(_matches[place], at, match, save);
                matched = true;
            }

            ref readonly var move = ref _moves[place * _classCount + _classes[input[at]]];
            if (move.Next < 0) return matched;
            Set(move.Saves, at, save);
            place = move.Next;
        }

        if (_ends[place] == No) return matched;
        Keep(_ends[place], at, match, save);
        return true;
    }

    static void Keep(ulong saves, int at, int[] match, int[] save)
    {
        save.CopyTo(match, 0);
        Set(saves, at, match);
    }

    static void Set(ulong saves, int at, int[] slots)
    {
        for (; saves != 0; saves &= saves - 1) slots[BitOperations.TrailingZeroCount(saves)] = at;
    }

    // Bytes that no step tells apart share a class.
    static (byte[] Classes, int Count) Classes(Step[] steps, bool[][] sets)
    {
        var classes = new byte[256];
        var count = 1;
        foreach (var step in steps)
        {
            if (step.Op is not (Op.Byte or Op.Set)) continue;
            var split = new Dictionary<byte, byte>();
            var inside = new int[256];
            for (var b = 0; b < 256; b++) inside[classes[b]] |= Fits(step, sets, b) ? 1 : 2;
            for (var b = 0; b < 256; b++)
            {
                var old = classes[b];
                if (inside[old] != 3 || !Fits(step, sets, b)) continue;
                if (!split.TryGetValue(old, out var own)) split[old] = own = (byte)count++;
                classes[b] = own;
            }
        }

        return (classes, count);
    }

    static bool Fits(Step step, bool[][] sets, int b) => step.Op == Op.Byte ? step.X == b : sets[step.X][b];

    // All steps reached without a byte, in the order of preference; a step already reached is left to its first way.
    sealed record Reached(Step[] Steps, bool AtStart, bool AtEnd)
    {
        readonly HashSet<int> _seen = [];

        public List<(int Step, ulong Saves)> Found { get; } = [];

        public void Follow(int at, ulong saves)
        {
            if (!_seen.Add(at)) return;
            var step = Steps[at];
            switch (step.Op)
            {
                case Op.Jump:
                    Follow(step.X, saves);
                    break;
                case Op.Split:
                    Follow(step.X, saves);
                    Follow(step.Y, saves);
                    break;
                case Op.AtStart when AtStart:
                case Op.AtEnd when AtEnd:
                    Follow(at + 1, saves);
                    break;
                case Op.Save:
                    Follow(at + 1, saves | 1UL << step.X);
                    break;
                case Op.Byte or Op.Set or Op.Match:
                    Found.Add((at, saves));
                    break;
            }
        }
    }
}
