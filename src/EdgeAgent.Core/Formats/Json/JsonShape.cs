using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace EdgeAgent.Core.Formats.Json;

/// <summary>The bytes around the scalars of one payload, remembered so that the next payload is compared instead of parsed.</summary>
/// <remarks>
/// A payload that matches has the same bytes between its scalars and at each of them a number, a string or a word where one
/// was; so the full parser would accept it and find the same kind at each place. Any difference is no match and decides nothing.
/// Strings match when they are the remembered one or plain ASCII without escapes. Contents are overwritten by learning again.
/// </remarks>
sealed class JsonShape
{
    /// <summary>Longest payload that is learnt.</summary>
    public const int MaxBytes = 1024;

    readonly Step[] _steps = new Step[JsonScanner.MaxScalars];
    readonly List<(int Place, ValueKind Kind)> _fixed = [];
    byte[] _bytes = [];
    PayloadValue _unwanted;
    Vector128<byte> _tail;
    Vector128<byte> _tailMask;
    int _count;
    int _tailStart;
    int _length;

    /// <summary>Learns the payload that <paramref name="scanner"/> has just scanned and recorded.</summary>
    /// <returns>False when it has no scalar, too many, or is too long; the shape is then as before.</returns>
    public bool TryLearn(ReadOnlySpan<byte> payload, JsonScanner scanner)
    {
        if (scanner.ScalarCount is 0 or > JsonScanner.MaxScalars || payload.Length > MaxBytes) return false;
        if (_bytes.Length < payload.Length) _bytes = new byte[payload.Length];
        payload.CopyTo(_bytes);
        _length = payload.Length;
        _count = scanner.ScalarCount;
        var at = 0;
        for (var i = 0; i < _count; i++)
        {
            var (start, end, kind, place) = scanner.Scalars[i];
            ref var step = ref _steps[i];
            step.LiteralStart = at;
            step.LiteralLength = start - at;
            step.Literal = default;
            step.Mask = default;
            for (var b = 0; b < Math.Min(16, step.LiteralLength); b++)
            {
                step.Literal = step.Literal.WithElement(b, payload[at + b]);
                step.Mask = step.Mask.WithElement(b, (byte)0xFF);
            }

            step.TextLength = end - start;
            step.Kind = kind;
            step.HasEscapes = kind == ValueKind.String && payload[start..end].Contains((byte)'\\');

            // A value whose place a later one of the same path took is passed over, as the scanner does.
            step.Place = place >= 0 && scanner.Places[place].Start == start ? place : PathTree.None;
            at = end;
        }

        _tailStart = at;
        _tail = _tailMask = default;
        for (var b = 1; b <= Math.Min(16, payload.Length - at); b++)
        {
            _tail = _tail.WithElement(16 - b, payload[^b]);
            _tailMask = _tailMask.WithElement(16 - b, (byte)0xFF);
        }

        _fixed.Clear();
        for (var place = 0; place < scanner.Places.Length; place++)
            if (scanner.Places[place].Kind is ValueKind.Absent or ValueKind.Object or ValueKind.Array)
                _fixed.Add((place, scanner.Places[place].Kind));
        return true;
    }

    /// <summary>Whether <paramref name="payload"/> has this shape; its values are then in <paramref name="places"/>.</summary>
    /// <remarks>Without a match <paramref name="places"/> holds nothing of use.</remarks>
    public bool TryMatch(ReadOnlySpan<byte> payload, PayloadValue[] places)
    {
        ref var origin = ref MemoryMarshal.GetReference(payload);
        var length = payload.Length;
        var at = 0;
        for (var i = 0; i < _count; i++)
        {
            ref readonly var step = ref _steps[i];
            if (step.LiteralLength <= 16 && at + 16 <= length)
            {
                if (((Vector128.LoadUnsafe(ref origin, (nuint)at) ^ step.Literal) & step.Mask) != Vector128<byte>.Zero) return false;
            }
            else if (!IsAt(payload, at, step.LiteralStart, step.LiteralLength)) return false;

            at += step.LiteralLength;
            var start = at;
            ref var value = ref step.Place < 0 ? ref _unwanted : ref places[step.Place];
            if (step.Kind == ValueKind.Number)
            {
                at = DecimalDigits.ScanJson(ref origin, at, length, out value.Number);
                if (at < 0) return false;
                value.Start = start;
                value.End = at;
                value.Kind = ValueKind.Number;
                continue;
            }

            if (!TryOther(payload, ref at, in step, ref value)) return false;
        }

        var tailLength = _length - _tailStart;
        if (at + tailLength != length) return false;
        if (tailLength <= 16 && length >= 16)
        {
            if (((Vector128.LoadUnsafe(ref origin, (nuint)length - 16) ^ _tail) & _tailMask) != Vector128<byte>.Zero) return false;
        }
        else if (!IsAt(payload, at, _tailStart, tailLength)) return false;

        foreach (var (place, kind) in CollectionsMarshal.AsSpan(_fixed)) places[place] = new() { Kind = kind };
        return true;
    }

    bool TryOther(ReadOnlySpan<byte> payload, ref int at, in Step step, ref PayloadValue found)
    {
        ref var origin = ref MemoryMarshal.GetReference(payload);
        var start = at;
        var kind = step.Kind;
        var hasEscapes = false;
        if (step.Kind == ValueKind.String)
        {
            var same = at + step.TextLength;
            if (same < payload.Length && payload[same] == (byte)'"'
                && IsAt(payload, at, step.LiteralStart + step.LiteralLength, step.TextLength))
            {
                at = same;
                hasEscapes = step.HasEscapes;
            }
            else
            {
                var seen = 0UL;
                at = JsonScanner.StringEnd(ref origin, at, payload.Length, out var escaped, ref seen);
                if (at < 0 || escaped || ((seen & 0x8080808080808080) != 0 && !Ascii.IsValid(payload[start..at]))) return false;
            }
        }
        else
        {
            if (at >= payload.Length) return false;
            kind = payload[at] switch { (byte)'t' => ValueKind.True, (byte)'f' => ValueKind.False, _ => ValueKind.Null };
            if (!JsonScanner.IsWord(ref origin, at, payload.Length, kind)) return false;
            at += JsonScanner.WordLength(kind);
        }

        found.Set(start, at, kind, hasEscapes);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    bool IsAt(ReadOnlySpan<byte> payload, int at, int start, int length) =>
        at + length <= payload.Length && payload.Slice(at, length).SequenceEqual(_bytes.AsSpan(start, length));

    /// <summary>The literal bytes before one scalar, the first 16 also as a vector, and what the scalar is.</summary>
    struct Step
    {
        public Vector128<byte> Literal;
        public Vector128<byte> Mask;
        public int LiteralStart;
        public int LiteralLength;
        public int TextLength;
        public int Place;
        public ValueKind Kind;
        public bool HasEscapes;
    }
}
