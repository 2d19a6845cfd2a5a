using System.Runtime.InteropServices;
using System.Text;
using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.Formats.Influx;

/// <summary>Reads line protocol, a sample a number: <c>measurement,tag=value field=1.5,other=3i timestamp</c>.</summary>
/// <remarks>
/// A backslash before a comma, a blank or an equals sign takes its meaning away, and in a text before a quote or a backslash. Numbers end
/// in <c>i</c> or <c>u</c> when they are whole; booleans are 0 and 1; texts are passed over. A broken line is counted and the next one
/// read.
/// Source: docs.influxdata.com, "Line protocol reference".
/// </remarks>
sealed class InfluxReader : FormatReader
{
    /// <summary>The label that holds the name of a field.</summary>
    public const string FieldLabel = "field";

    const int Value = 0, Measurement = 1, Tags = 2, Field = 3, Time = 4;

    int _fieldsEnd;
    int _lineEnd;

    /// <summary>A reader for checked settings.</summary>
    public InfluxReader(InfluxFormatSettings settings) => Layout = new SampleLayout
    {
        Fields = [new(new() { Path = FieldLabel }, Value)],
        Time = new(new() { Path = "timestamp", Unit = settings.Unit }, Time, UnitKey: "precision"),
        Labels =
        [
            new("tags", "tags", Tags, Optional: true, IsSet: true), new(LabelSet.Metric, "measurement", Measurement),
                new(FieldLabel, FieldLabel, Field),
        ],
        NamePlace = Field,
    };

    /// <inheritdoc/>
    public override SampleLayout Layout { get; }

    /// <inheritdoc/>
    public override PayloadValue[] Places { get; } = new PayloadValue[5];

    /// <inheritdoc/>
    public override bool TryRead(ReadOnlySpan<byte> payload, ref ReadCursor cursor)
    {
        if (!cursor.HasMore) (cursor.At, _fieldsEnd, _lineEnd) = (0, 0, 0);
        while (true)
        {
            if (cursor.At >= _fieldsEnd)
            {
                cursor.At = _lineEnd;
                if (cursor.At >= payload.Length) return cursor.HasMore = false;
                var start = cursor.At;
                if (!TryLine(payload, ref cursor, out var isBlank))
                {
                    if (_lineEnd <= start)
                    {
                        var length = payload[start..].IndexOf((byte)'\n');
                        _lineEnd = length < 0 ? payload.Length : start + length + 1;
                    }

                    (cursor.At, _fieldsEnd) = (_lineEnd, _lineEnd);
                    cursor.HasMore = _lineEnd < payload.Length;
                    return cursor.Fail(BadReason.Malformed, null, start);
                }

                if (isBlank) continue;
            }

            if (!TryField(payload, ref cursor, out var isNumber))
            {
                var at = cursor.At;
                cursor.At = _fieldsEnd;
                cursor.HasMore = _lineEnd < payload.Length;
                return cursor.Fail(BadReason.Malformed, null, at);
            }

            if (!isNumber) continue;
            cursor.HasMore = cursor.At < _fieldsEnd || _lineEnd < payload.Length;
            return true;
        }
    }

    /// <inheritdoc/>
    public override int Unescape(ReadOnlySpan<byte> text, Span<byte> target)
    {
        var n = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == (byte)'\\' && i + 1 < text.Length && text[i + 1] is (byte)',' or (byte)'=' or (byte)' ' or (byte)'\\') i++;
            target[n++] = text[i];
        }

        return n;
    }

    /// <inheritdoc/>
    public override void AddLabels(ReadOnlySpan<byte> text, List<KeyValuePair<string, string>> labels)
    {
        List<(string Name, string Value)> tags = [];
        while (!text.IsEmpty)
        {
            var equals = End(text, 0, (byte)'=', (byte)'=', out _);
            var comma = End(text, Math.Min(equals + 1, text.Length), (byte)',', (byte)',', out _);
            if (equals < comma) tags.Add((Clean(text[..equals]), Clean(text[(equals + 1)..comma])));
            text = text[Math.Min(comma + 1, text.Length)..];
        }

        // A name that is a label as it stands keeps it; one that has to change gives way.
        var taken = tags.Select(tag => tag.Name).Concat(InfluxFormatSpec.ReservedTags).ToHashSet(StringComparer.Ordinal);
        foreach (var (tag, value) in tags.OrderBy(tag => tag.Name, StringComparer.Ordinal))
        {
            var name = LabelName(tag);
            if (name != tag || InfluxFormatSpec.ReservedTags.Contains(tag))
                while (!taken.Add(name)) name += '_';
            labels.Add(new(name, value));
        }
    }

    /// <summary>A tag's name as a label: letters, digits and <c>_</c>, which stands for all else.</summary>
    static string LabelName(string tag)
    {
        var name = new StringBuilder(tag.Length);
        foreach (var c in tag) name.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
        if (name.Length == 0 || char.IsAsciiDigit(name[0])) name.Insert(0, '_');
        return name.ToString();
    }

    string Clean(ReadOnlySpan<byte> text)
    {
        var target = new byte[text.Length];
        return Encoding.UTF8.GetString(target.AsSpan(0, Unescape(text, target)));
    }

    /// <summary>Reads measurement, tags and timestamp of the line at the cursor, which then stands at its first field.</summary>
    bool TryLine(ReadOnlySpan<byte> payload, ref ReadCursor cursor, out bool isBlank)
    {
        var at = cursor.At;
        while (at < payload.Length && payload[at] is (byte)' ' or (byte)'\r' or (byte)'\t') at++;
        isBlank = at == payload.Length || payload[at] is (byte)'\n' or (byte)'#' or 0;
        if (isBlank)
        {
            var skipped = payload[at..].IndexOf((byte)'\n');
            _lineEnd = _fieldsEnd = skipped < 0 ? payload.Length : at + skipped + 1;
            cursor.At = _fieldsEnd;
            return true;
        }

        var end = End(payload, at, (byte)',', (byte)' ', out var escaped);
        Places[Measurement].Set(at, end, ValueKind.String, escaped);
        if (end == at || end >= payload.Length) return false;
        Places[Tags].Kind = ValueKind.Absent;
        if (payload[end] == (byte)',')
        {
            var tags = end + 1;
            end = End(payload, tags, (byte)' ', (byte)' ', out _);
            if (end >= payload.Length) return false;
            Places[Tags].Set(tags, end, ValueKind.String);
        }

        while (end < payload.Length && payload[end] == (byte)' ') end++;
        cursor.At = end;
        _fieldsEnd = FieldsEnd(payload, end);

        // A line break inside a text is of the text.
        var nextLine = payload[_fieldsEnd..].IndexOf((byte)'\n');
        var lineEnd = nextLine < 0 ? payload.Length : _fieldsEnd + nextLine;
        _lineEnd = Math.Min(lineEnd + 1, payload.Length);
        return _fieldsEnd > end && TryTime(payload, _fieldsEnd, lineEnd, cursor.ArrivalNs);
    }

    bool TryTime(ReadOnlySpan<byte> payload, int start, int end, long arrivalNs)
    {
        while (start < end && payload[start] is (byte)' ' or (byte)'\r') start++;
        while (end > start && payload[end - 1] is (byte)' ' or (byte)'\r' or 0) end--;
        ref var time = ref Places[Time];
        if (start == end)
        {
            time.SetInstant(arrivalNs);
            return true;
        }

        var after = DecimalDigits.ScanJson(ref MemoryMarshal.GetReference(payload), start, end, out time.Number);
        time.Set(start, end, ValueKind.Number);
        return after == end;
    }

    /// <summary>The first blank or line end outside texts.</summary>
    static int FieldsEnd(ReadOnlySpan<byte> payload, int at)
    {
        var inText = false;
        while (at < payload.Length)
        {
            var length = inText ? payload[at..].IndexOfAny((byte)'\\', (byte)'"') : payload[at..].IndexOfAny("\\\" \n\r"u8);
            if (length < 0) break;
            at += length;
            if (payload[at] == (byte)'"') inText = !inText;
            else if (payload[at] != (byte)'\\') return at;
            else if (inText || !IsLineEnd(payload, at + 1)) at++;
            at++;
        }

        return payload.Length;
    }

    /// <summary>Reads the field at the cursor, which then stands at the next.</summary>
    bool TryField(ReadOnlySpan<byte> payload, ref ReadCursor cursor, out bool isNumber)
    {
        isNumber = false;
        var start = cursor.At;
        var equals = End(payload[.._fieldsEnd], start, (byte)'=', (byte)'=', out var escaped);
        if (equals == start || equals >= _fieldsEnd - 1) return false;
        Places[Field].Set(start, equals, ValueKind.String, escaped);
        var at = equals + 1;
        ref var value = ref Places[Value];
        if (payload[at] == (byte)'"')
        {
            for (at++; at < _fieldsEnd && payload[at] != (byte)'"'; at++)
                if (payload[at] == (byte)'\\') at++;
            if (at >= _fieldsEnd) return false;
            at++;
        }
        else
        {
            var length = payload[at.._fieldsEnd].IndexOf((byte)',');
            var end = length < 0 ? _fieldsEnd : at + length;
            var word = payload[at..end];
            if (IsBoolean(word, out var isTrue)) value.Set(at, end, isTrue ? ValueKind.True : ValueKind.False);
            else
            {
                var last = end > at && payload[end - 1] is (byte)'i' or (byte)'u' ? end - 1 : end;
                if (DecimalDigits.ScanLoose(ref MemoryMarshal.GetReference(payload), at, last, out value.Number) != last) return false;
                value.Set(at, last, ValueKind.Number);
            }

            isNumber = true;
            at = end;
        }

        if (at < _fieldsEnd && payload[at] != (byte)',') return false;
        cursor.At = at + 1;
        return true;
    }

    static bool IsBoolean(ReadOnlySpan<byte> word, out bool isTrue)
    {
        isTrue = !word.IsEmpty && (word[0] | 0x20) == 't';
        return isTrue ? word.Length == 1 || Ascii.EqualsIgnoreCase(word, "true"u8)
            : !word.IsEmpty && (word[0] | 0x20) == 'f' && (word.Length == 1 || Ascii.EqualsIgnoreCase(word, "false"u8));
    }

    /// <summary>Whether a line ends at <paramref name="at"/>; outside texts no backslash takes it away.</summary>
    static bool IsLineEnd(ReadOnlySpan<byte> text, int at) => at < text.Length && text[at] == (byte)'\n';

    /// <summary>The first of two characters that no backslash stands before; the end of the line or of the text when there is
    /// none.</summary>
    static int End(ReadOnlySpan<byte> text, int at, byte one, byte other, out bool escaped)
    {
        escaped = false;
        ReadOnlySpan<byte> marks = [one, other, (byte)'\n', (byte)'\\'];
        while (at < text.Length)
        {
            var length = text[at..].IndexOfAny(marks);
            if (length < 0) break;
            at += length;
            if (text[at] != (byte)'\\') return at;
            if (!IsLineEnd(text, at + 1))
            {
                escaped = true;
                at++;
            }

            at++;
        }

        return text.Length;
    }
}
