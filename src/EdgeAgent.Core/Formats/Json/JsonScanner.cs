using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace EdgeAgent.Core.Formats.Json;

/// <summary>Checks one JSON value in a single pass and picks out the values at the places of a path tree.</summary>
/// <remarks>
/// Strict RFC 8259: no comments, trailing commas, byte order mark or NaN. Only <see cref="TryScanDocument"/> checks UTF-8, and
/// only where a byte above 0x7F was seen: outside strings the grammar has none.
/// Nesting is limited to <see cref="MaxDepth"/>. Of several values at one place (duplicate keys) the last counts.
/// Single-threaded; does not allocate per call.
/// </remarks>
sealed class JsonScanner(int placeCount)
{
    /// <summary>Deepest nesting accepted; the same as <c>Utf8JsonReader</c>'s default.</summary>
    public const int MaxDepth = 64;

    /// <summary>Scalars remembered of one scan for learning its shape.</summary>
    public const int MaxScalars = 32;

    readonly int[] _parentNodes = new int[MaxDepth];
    readonly int[] _parentIndexes = new int[MaxDepth];
    byte[] _name = new byte[64];
    PayloadValue _unwanted;
    ulong _seen;

    /// <summary>The values found, by place.</summary>
    public readonly PayloadValue[] Places = new PayloadValue[placeCount];

    /// <summary>Every scalar of the last <see cref="Scan"/> with <c>record</c>, up to <see cref="MaxScalars"/>, in order.</summary>
    public readonly (int Start, int End, ValueKind Kind, int Place)[] Scalars = new (int, int, ValueKind, int)[MaxScalars];

    /// <summary>Scalars seen by the last recording scan; above <see cref="MaxScalars"/> when there were more.</summary>
    public int ScalarCount;

    /// <summary>Whether a path of the last <see cref="TryScanDocument"/> goes on below a value that is a text.</summary>
    public bool HasTextAbove { get; private set; }

    /// <summary>Why the last scan failed.</summary>
    public BadReason Failure { get; private set; }

    /// <summary>Byte position at which the last scan failed.</summary>
    public int FailureAt { get; private set; }

    /// <summary>Scans a whole document: one value with nothing but white space around it.</summary>
    public bool TryScanDocument(ReadOnlySpan<byte> text, PathTree tree, bool record)
    {
        ScalarCount = 0;
        _seen = 0;
        HasTextAbove = false;
        var at = Scan(text, 0, tree, record);
        if (at >= 0)
        {
            at = SkipSpace(ref MemoryMarshal.GetReference(text), at, text.Length);
            if (at != text.Length) at = Fail(text, at);
            else if ((_seen & 0x8080808080808080) == 0) return true;
        }

        if (Utf8.IsValid(text)) return at >= 0;
        Failure = BadReason.BadUtf8;
        return false;
    }

    /// <summary>Scans one value from <paramref name="at"/>; white space before it is skipped.</summary>
    /// <returns>The position after the value, or -1 with <see cref="Failure"/> and <see cref="FailureAt"/>.</returns>
    public int Scan(ReadOnlySpan<byte> text, int at, PathTree tree, bool record)
    {
        ref var origin = ref MemoryMarshal.GetReference(text);
        var length = text.Length;
        var depth = 0;
        ulong objects = 0; // one bit a level, the innermost lowest: 1 for an object
        var node = 0;
        var parent = PathTree.None;
        var index = 0;

    Value:
        at = SkipSpace(ref origin, at, length);
        if (at >= length) return Fail(text, at);
        var c = Unsafe.Add(ref origin, at);
        var place = node < 0 ? PathTree.None : tree.PlaceOf(node);
        if (c == (byte)'"')
        {
            var start = at + 1;
            at = StringEnd(ref origin, start, length, out var escaped, ref _seen);
            if (at < 0) return Fail(text, ~at);
            if (place >= 0) Places[place].Set(start, at, ValueKind.String, escaped);
            else if (node >= 0 && at > start && Unsafe.Add(ref origin, start) is (byte)'{' or (byte)'[') HasTextAbove = true;
            if (record) Record(start, at, ValueKind.String, place);
            at++;
        }
        else if (c is (byte)'{' or (byte)'[')
        {
            if (depth == MaxDepth) return FailTooDeep(at);
            _parentNodes[depth] = parent;
            _parentIndexes[depth] = index;
            depth++;
            parent = node;
            if (c == (byte)'{')
            {
                objects = (objects << 1) | 1;
                if (place >= 0) Places[place].Set(at, at + 1, ValueKind.Object);
                at = SkipSpace(ref origin, at + 1, length);
                if (at >= length || Unsafe.Add(ref origin, at) != (byte)'}') goto Name;
            }
            else
            {
                objects <<= 1;
                if (place >= 0) Places[place].Set(at, at + 1, ValueKind.Array);
                at = SkipSpace(ref origin, at + 1, length);
                if (at >= length || Unsafe.Add(ref origin, at) != (byte)']')
                {
                    index = 0;
                    if (parent >= 0) node = tree.Item(parent, 0);
                    goto Value;
                }
            }

            goto Close;
        }
        else if (c == (byte)'-' || (uint)(c - '0') <= 9)
        {
            var start = at;
            ref var found = ref place < 0 ? ref _unwanted : ref Places[place];
            at = DecimalDigits.ScanJson(ref origin, at, length, out found.Number);
            if (at < 0) return Fail(text, ~at, start);
            found.Start = start;
            found.End = at;
            found.Kind = ValueKind.Number;
            if (record) Record(start, at, ValueKind.Number, place);
        }
        else
        {
            var kind = c switch { (byte)'t' => ValueKind.True, (byte)'f' => ValueKind.False, (byte)'n' => ValueKind.Null,
                _ => ValueKind.Absent };
            if (kind == ValueKind.Absent || !IsWord(ref origin, at, length, kind)) return Fail(text, at, at);
            var start = at;
            at += WordLength(kind);
            if (place >= 0) Places[place].Set(start, at, kind);
            if (record) Record(start, at, kind, place);
        }

    AfterValue:
        if (depth == 0) return at;
        at = SkipSpace(ref origin, at, length);
        if (at >= length) return Fail(text, at);
        c = Unsafe.Add(ref origin, at);
        if ((objects & 1) != 0)
        {
            if (c == (byte)',')
            {
                at = SkipSpace(ref origin, at + 1, length);
                goto Name;
            }

            if (c == (byte)'}') goto Close;
        }
        else
        {
            if (c == (byte)',')
            {
                at++;
                index++;
                if (parent >= 0) node = tree.Item(parent, index);
                goto Value;
            }

            if (c == (byte)']') goto Close;
        }

        return Fail(text, at);

    Close:
        at++;
        depth--;
        objects >>= 1;
        node = parent;
        parent = _parentNodes[depth];
        index = _parentIndexes[depth];
        goto AfterValue;

    Name:
        if (at >= length || Unsafe.Add(ref origin, at) != (byte)'"') return Fail(text, at);
        var nameStart = at + 1;
        at = StringEnd(ref origin, nameStart, length, out var nameEscaped, ref _seen);
        if (at < 0) return Fail(text, ~at);
        if (parent < 0) node = PathTree.None;
        else
        {
            var name = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref origin, nameStart), at - nameStart);
            node = tree.Member(parent, nameEscaped ? Unescaped(name) : name);
        }

        at = SkipSpace(ref origin, at + 1, length);
        if (at >= length || Unsafe.Add(ref origin, at) != (byte)':') return Fail(text, at);
        at++;
        goto Value;
    }

    /// <summary>The position of the quote that ends a string whose text starts at <paramref name="at"/>,
    /// or a complement as of numbers.</summary>
    /// <remarks>All bytes looked at, some after the string included, are or-ed into <paramref name="seen"/>.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int StringEnd(ref byte text, int at, int length, out bool escaped, ref ulong seen)
    {
        // A byte of the word is marked when it is below 0x20, a quote or a backslash; the lowest mark is always right.
        var word = DecimalDigits.EightBytes(ref text, at, length);
        seen |= word;
        var marks = Marks(word);
        if (marks != 0)
        {
            var end = at + (System.Numerics.BitOperations.TrailingZeroCount(marks) >> 3);
            if (end < length && Unsafe.Add(ref text, end) == (byte)'"')
            {
                escaped = false;
                return end;
            }
        }

        return LongStringEnd(ref text, at, length, out escaped, ref seen);
    }

    static int LongStringEnd(ref byte text, int at, int length, out bool escaped, ref ulong seen)
    {
        escaped = false;
        while (at < length)
        {
            var word = DecimalDigits.EightBytes(ref text, at, length);
            seen |= word;
            var marks = Marks(word);
            if (marks == 0)
            {
                at += 8;
                continue;
            }

            at += System.Numerics.BitOperations.TrailingZeroCount(marks) >> 3;
            if (at >= length) return ~length;
            var c = Unsafe.Add(ref text, at);
            if (c == (byte)'"') return at;
            if (c != (byte)'\\') return ~at;
            escaped = true;
            if (++at >= length) return ~length;
            c = Unsafe.Add(ref text, at++);
            if (c == (byte)'u')
            {
                for (var end = at + 4; at < end; at++)
                    if (at >= length || !char.IsAsciiHexDigit((char)Unsafe.Add(ref text, at))) return ~Math.Min(at, length);
            }
            else if (c is not ((byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t'))
                return ~(at - 1);
        }

        return ~length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Marks(ulong word)
    {
        const ulong Ones = 0x0101010101010101, Highs = 0x8080808080808080;
        var quote = word ^ (Ones * '"');
        var slash = word ^ (Ones * '\\');
        return (((quote - Ones) & ~quote) | ((slash - Ones) & ~slash) | ((word - Ones * 0x20) & ~word)) & Highs;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int SkipSpace(ref byte text, int at, int length)
    {
        while (at < length && Unsafe.Add(ref text, at) is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') at++;
        return at;
    }

    internal static int WordLength(ValueKind kind) => kind == ValueKind.False ? 5 : 4;

    internal static bool IsWord(ref byte text, int at, int length, ValueKind kind)
    {
        var rest = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref text, at), length - at);
        return kind switch
        {
            ValueKind.True => rest.StartsWith("true"u8),
            ValueKind.False => rest.StartsWith("false"u8),
            _ => rest.StartsWith("null"u8),
        };
    }

    ReadOnlySpan<byte> Unescaped(ReadOnlySpan<byte> text)
    {
        if (_name.Length < text.Length) _name = new byte[2 * text.Length];
        return _name.AsSpan(0, JsonText.Unescape(text, _name));
    }

    void Record(int start, int end, ValueKind kind, int place)
    {
        if (ScalarCount < MaxScalars) Scalars[ScalarCount] = (start, end, kind, place);
        ScalarCount++;
    }

    int FailTooDeep(int at)
    {
        Failure = BadReason.TooDeep;
        FailureAt = at;
        return -1;
    }

    /// <summary>Notes the fault; a value written NaN or Infinity is told apart, because senders do write that.</summary>
    int Fail(ReadOnlySpan<byte> text, int at, int valueAt = -1)
    {
        Failure = valueAt >= 0 && IsNotFinite(text[valueAt..]) ? BadReason.NotFinite : BadReason.NotJson;
        FailureAt = at;
        return -1;
    }

    static bool IsNotFinite(ReadOnlySpan<byte> text)
    {
        if (text.Length > 0 && text[0] == (byte)'-') text = text[1..];
        return Starts(text, "nan") || Starts(text, "inf");

        static bool Starts(ReadOnlySpan<byte> text, string word) =>
            text.Length >= word.Length && Ascii.EqualsIgnoreCase(text[..word.Length], word);
    }
}
