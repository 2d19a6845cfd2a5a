using System.Runtime.InteropServices;
using EdgeAgent.Core.Formats.Documents;

namespace EdgeAgent.Core.Formats.Json;

/// <summary>Reads JSON documents, one after another, with more patience than <see cref="JsonScanner"/>.</summary>
/// <remarks>
/// Beyond RFC 8259 it takes what senders do and what can mean one thing only: a byte order mark, NUL bytes and white space at the end, NaN
/// and infinities (no value to whoever asks for them), texts that are not UTF-8 (refused where a label is made of one), and several
/// documents, each an object or an array, with white space or a record separator (RFC 7464) between them or nothing.
/// </remarks>
sealed class JsonDocumentParser : DocumentParser
{
    const int MaxFolds = 4;

    readonly int[] _parents = new int[MaxDepth];
    readonly JsonScanner _scanner = new(0);
    readonly PathTree _nothing = new();
    byte[] _unescaped = new byte[256];
    byte[] _second = new byte[256];

    /// <inheritdoc/>
    public override bool TryRead(ReadOnlySpan<byte> payload, ref int at, Document document, ref ReadCursor cursor)
    {
        document.Clear();
        if (at == 0 && payload.StartsWith("\uFEFF"u8)) at = 3;
        at = Gap(payload, at);
        var failure = Read(payload, ref at, document);
        if (failure != BadReason.None) return cursor.Fail(failure, null, at);
        while ((at = Gap(payload, at)) < payload.Length && payload[at] == 0) at++;
        return at >= payload.Length || document.IsContainer(0) && payload[at] is (byte)'{' or (byte)'['
            || cursor.Fail(BadReason.NotJson, null, at);
    }

    /// <inheritdoc/>
    public override int Unescape(ReadOnlySpan<byte> text, Span<byte> target) => JsonText.Unescape(text, target);

    /// <inheritdoc/>
    public override bool TryUnfold(ReadOnlySpan<byte> payload, Document document, ref byte[] target, out int length)
    {
        length = 0;
        var done = 0;
        var folds = 0;
        for (var node = 0; node < document.Count; node++)
        {
            ref readonly var value = ref document[node].Value;
            if (value.Kind != ValueKind.String || !IsDocument(payload, in value, out var inner)) continue;
            if (length == 0) done = document.Count == 1 ? value.Start - 1 : document[0].Value.Start;
            Append(ref target, ref length, payload[done..(value.Start - 1)]);
            Append(ref target, ref length, inner);
            done = value.End + 1;
            folds++;
        }

        if (folds == 0) return false;
        Append(ref target, ref length, payload[done..]);

        // What was folded twice is unfolded twice, and no further: each fold doubles the backslashes.
        for (var fold = 1; fold < MaxFolds; fold++)
        {
            var at = 0;
            var cursor = default(ReadCursor);
            if (!TryRead(target.AsSpan(0, length), ref at, document, ref cursor)
                || !UnfoldOnce(target.AsSpan(0, length), document, out var more))
                break;
            if (target.Length < more) target = new byte[2 * more];
            _second.AsSpan(0, more).CopyTo(target);
            length = more;
        }

        return true;
    }

    bool UnfoldOnce(ReadOnlySpan<byte> text, Document document, out int length)
    {
        length = 0;
        var done = 0;
        for (var node = 0; node < document.Count; node++)
        {
            ref readonly var value = ref document[node].Value;
            if (value.Kind != ValueKind.String || !IsDocument(text, in value, out var inner)) continue;
            Append(ref _second, ref length, text[done..(value.Start - 1)]);
            Append(ref _second, ref length, inner);
            done = value.End + 1;
        }

        if (done == 0) return false;
        Append(ref _second, ref length, text[done..]);
        return true;
    }

    /// <summary>Whether a text is an object or an array of JSON; <paramref name="inner"/> is then valid until the next call.</summary>
    bool IsDocument(ReadOnlySpan<byte> payload, in PayloadValue value, out ReadOnlySpan<byte> inner)
    {
        inner = value.TextIn(payload).Trim(" \t\r\n"u8);
        if (inner.Length < 2 || inner[0] is not ((byte)'{' or (byte)'[')) return false;
        if (value.HasEscapes)
        {
            if (_unescaped.Length < inner.Length) _unescaped = new byte[2 * inner.Length];
            inner = _unescaped.AsSpan(0, JsonText.Unescape(inner, _unescaped));
        }

        return _scanner.TryScanDocument(inner, _nothing, false);
    }

    static void Append(ref byte[] target, ref int length, ReadOnlySpan<byte> text)
    {
        if (target.Length < length + text.Length) Array.Resize(ref target, 2 * (length + text.Length));
        text.CopyTo(target.AsSpan(length));
        length += text.Length;
    }

    BadReason Read(ReadOnlySpan<byte> text, ref int at, Document document)
    {
        ref var origin = ref MemoryMarshal.GetReference(text);
        var depth = 0;
        var seen = 0UL;
        var (nameStart, nameEnd, nameHasEscapes) = (0, 0, false);

    Value:
        at = Space(text, at);
        if (at >= text.Length) return BadReason.NotJson;
        var node = document.Add();
        if (node < 0) return BadReason.TooManyValues;
        ref var added = ref document[node];
        (added.NameStart, added.NameEnd, added.NameHasEscapes) = (nameStart, nameEnd, nameHasEscapes);
        var c = text[at];
        if (c == (byte)'"')
        {
            var start = at + 1;
            var end = JsonScanner.StringEnd(ref origin, start, text.Length, out var escaped, ref seen);
            at = end < 0 ? ~end : end + 1;
            if (end < 0) return BadReason.NotJson;
            added.Value.Set(start, end, ValueKind.String, escaped);
        }
        else if (c is (byte)'{' or (byte)'[')
        {
            if (depth == MaxDepth) return BadReason.TooDeep;
            added.Value.Set(at, at + 1, c == (byte)'{' ? ValueKind.Object : ValueKind.Array);
            _parents[depth++] = node;
            at = Space(text, at + 1);
            if (at < text.Length && text[at] == (c == (byte)'{' ? (byte)'}' : (byte)']')) goto Close;
            (nameStart, nameEnd, nameHasEscapes) = (0, 0, false);
            if (c == (byte)'{') goto Name;
            goto Value;
        }
        else if (c == (byte)'-' && !IsWord(text, at, "-Infinity"u8) || (uint)(c - '0') <= 9)
        {
            var end = DecimalDigits.ScanJson(ref origin, at, text.Length, out added.Value.Number);
            if (end >= 0) added.Value.Set(at, end, ValueKind.Number);
            at = end < 0 ? ~end : end;
            if (end < 0) return BadReason.NotJson;
        }
        else if (!TryWord(text, ref at, ref added.Value)) return BadReason.NotJson;

    AfterValue:
        if (depth == 0) return BadReason.None;
        at = Space(text, at);
        if (at >= text.Length) return BadReason.NotJson;
        var inObject = document[_parents[depth - 1]].Value.Kind == ValueKind.Object;
        c = text[at];
        if (c == (byte)',')
        {
            at = Space(text, at + 1);
            if (inObject) goto Name;
            goto Value;
        }

        if (c != (inObject ? (byte)'}' : (byte)']')) return BadReason.NotJson;

    Close:
        at++;
        document[_parents[--depth]].End = document.Count;
        (nameStart, nameEnd, nameHasEscapes) = (0, 0, false);
        goto AfterValue;

    Name:
        if (at >= text.Length || text[at] != (byte)'"') return BadReason.NotJson;
        nameStart = at + 1;
        nameEnd = JsonScanner.StringEnd(ref origin, nameStart, text.Length, out nameHasEscapes, ref seen);
        at = nameEnd < 0 ? ~nameEnd : Space(text, nameEnd + 1);
        if (nameEnd < 0 || at >= text.Length || text[at] != (byte)':') return BadReason.NotJson;
        at++;
        goto Value;
    }

    static bool TryWord(ReadOnlySpan<byte> text, ref int at, ref PayloadValue value)
    {
        if (IsWord(text, at, "true"u8)) value.Set(at, at += 4, ValueKind.True);
        else if (IsWord(text, at, "false"u8)) value.Set(at, at += 5, ValueKind.False);
        else if (IsWord(text, at, "null"u8)) value.Set(at, at += 4, ValueKind.Null);
        else
        {
            var length = IsWord(text, at, "NaN"u8) || IsWord(text, at, "nan"u8) ? 3 : IsWord(text, at, "Infinity"u8) ? 8
                : IsWord(text, at, "-Infinity"u8) ? 9 : 0;
            if (length == 0) return false;
            value.SetDouble(length == 3 ? double.NaN : length == 8 ? double.PositiveInfinity : double.NegativeInfinity);
            at += length;
        }

        return true;
    }

    static bool IsWord(ReadOnlySpan<byte> text, int at, ReadOnlySpan<byte> word) => text[at..].StartsWith(word);

    static int Space(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && text[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') at++;
        return at;
    }

    static int Gap(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && text[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t' or 0x1E) at++;
        return at;
    }
}
