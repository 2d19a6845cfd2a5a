using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.Formats.KeyValue;

/// <summary>Reads keys with values; a payload is one sample, or with <c>fields: all</c> one a number.</summary>
/// <remarks>Of several values of one key the last counts.</remarks>
sealed class KeyValueReader : FormatReader
{
    const int MaxPairs = 4096;

    readonly byte[][] _keys;
    readonly byte? _assign;
    readonly DecimalMark _decimal;
    readonly bool _isPointNumber;
    readonly string _wanted;
    readonly int _allPlace = -1;
    (int KeyStart, int KeyEnd, int Start, int End)[] _pairs = new (int, int, int, int)[16];
    int _count;

    /// <summary>A reader for checked settings.</summary>
    public KeyValueReader(KeyValueFormatSettings settings)
    {
        var keys = new NamedPlaces();
        Layout = new SampleLayout
        {
            Fields = [.. settings.Fields.Select(f =>
                new FieldPlace(f, keys.Add(settings.AllFields ? "" : f.Path), settings.AllFields ? null : f.Path))],
            Time = keys.Add(settings.Time),
            Labels = settings.AllFields
                ? [.. keys.Add(settings.LabelPaths), new(LabelSet.Metric, "fields: all", _allPlace = keys.Add(""))]
                : keys.Add(settings.LabelPaths),
            Text = settings.Text,
            NamePlace = _allPlace,
        };
        _keys = keys.Bytes;
        _decimal = settings.Text.Decimal;
        _isPointNumber = _decimal != DecimalMark.Comma;
        var assign = settings.Assign is { } mark ? $"`{mark}`" : "`=` or `:`";
        _wanted = $"key with {assign} behind it";
        _assign = settings.Assign is { } c ? (byte)c : null;
        Places = new PayloadValue[_keys.Length];
    }

    /// <inheritdoc/>
    public override SampleLayout Layout { get; }

    /// <inheritdoc/>
    public override PayloadValue[] Places { get; }

    /// <inheritdoc/>
    public override bool TryRead(ReadOnlySpan<byte> payload, ref ReadCursor cursor)
    {
        if (!cursor.HasMore)
        {
            FindPairs(payload);
            if (_count == 0) return cursor.Fail(BadReason.NoMatch, _wanted);
            foreach (ref var place in Places.AsSpan()) place.Kind = ValueKind.Absent;
            for (var pair = 0; pair < _count; pair++)
                for (var place = 0; place < _keys.Length; place++)
                    if (_keys[place].Length > 0 && IsKey(payload, pair, _keys[place])) Take(payload, pair, ref Places[place]);
            cursor.At = 0;
        }

        return _allPlace < 0 || NextNumber(payload, ref cursor);
    }

    bool NextNumber(ReadOnlySpan<byte> payload, ref ReadCursor cursor)
    {
        ref var value = ref Places[Layout.Fields[0].Place];
        for (; cursor.At < _count; cursor.At++)
        {
            if (IsOther(payload, cursor.At)) continue;
            Take(payload, cursor.At, ref value);
            if (value.Kind != ValueKind.Number && !IsNumber(payload, in value)) continue;
            Places[_allPlace].Set(_pairs[cursor.At].KeyStart, _pairs[cursor.At].KeyEnd, ValueKind.String);
            cursor.HasMore = ++cursor.At < _count;
            return true;
        }

        return cursor.HasMore = false;
    }

    /// <summary>Whether a text is a number with its unit, or one of which nobody said how it is meant.</summary>
    bool IsNumber(ReadOnlySpan<byte> payload, in PayloadValue value) => value.Kind == ValueKind.String
        && NumberWithUnit.TryRead(value.TextIn(payload), _decimal, out _, out _, out _) is BadReason.None or BadReason.AmbiguousNumber;

    /// <summary>Whether a pair is the time or a label.</summary>
    bool IsOther(ReadOnlySpan<byte> payload, int pair)
    {
        foreach (var key in _keys)
            if (key.Length > 0 && IsKey(payload, pair, key)) return true;
        return false;
    }

    bool IsKey(ReadOnlySpan<byte> payload, int pair, byte[] key) => payload[_pairs[pair].KeyStart.._pairs[pair].KeyEnd].SequenceEqual(key);

    void Take(ReadOnlySpan<byte> payload, int pair, ref PayloadValue value)
    {
        var (start, end) = (_pairs[pair].Start, _pairs[pair].End);
        if (end - start > 1 && payload[start] == (byte)'"' && payload[end - 1] == (byte)'"') (start, end) = (start + 1, end - 1);
        CellText.Read(payload, start, end, false, ref value, _isPointNumber);
    }

    void FindPairs(ReadOnlySpan<byte> payload)
    {
        _count = 0;
        var assign = _assign ?? (payload.Contains((byte)'=') ? (byte)'=' : (byte)':');
        var valueStart = 0;
        for (var at = 0; at < payload.Length && _count < MaxPairs; at++)
        {
            if (payload[at] != assign) continue;
            var end = at;
            while (end > valueStart && payload[end - 1] is (byte)' ' or (byte)'\t') end--;
            var start = end;
            while (start > valueStart && !IsBetween(payload[start - 1]) && payload[start - 1] != assign) start--;
            var (keyStart, keyEnd) = Unquoted(payload, start, end);
            if (keyStart == keyEnd || (uint)(payload[keyStart] - '0') <= 9) continue;
            EndValue(payload, start);
            if (_count == _pairs.Length) Array.Resize(ref _pairs, 2 * _count);
            valueStart = at + 1;
            _pairs[_count++] = (keyStart, keyEnd, valueStart, valueStart);
        }

        EndValue(payload, payload.Length);
    }

    void EndValue(ReadOnlySpan<byte> payload, int end)
    {
        if (_count == 0) return;
        ref var last = ref _pairs[_count - 1];
        while (last.Start < end && payload[last.Start] is (byte)' ' or (byte)'\t') last.Start++;
        while (end > last.Start && (IsBetween(payload[end - 1]) || payload[end - 1] is 0 or (byte)'}')) end--;
        last.End = end;
    }

    static (int Start, int End) Unquoted(ReadOnlySpan<byte> payload, int start, int end) =>
        end - start > 1 && payload[start] == (byte)'"' && payload[end - 1] == (byte)'"' ? (start + 1, end - 1) : (start, end);

    static bool IsBetween(byte c) =>
        c is (byte)';' or (byte)',' or (byte)'&' or (byte)'|' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'{';
}
