namespace EdgeAgent.Core.Formats.Csv;

/// <summary>Reads CSV payloads (RFC 4180: quotes doubled inside quotes, CRLF, LF or CR), a sample a line.</summary>
/// <remarks>
/// A place is a wanted column. With a header, columns are found by name in each payload's first line, which is remembered
/// so that an equal one is not read again. Blanks around a cell that is not quoted are passed over.
/// </remarks>
sealed class CsvFormatReader : FormatReader
{
    const int MaxColumns = 4096;

    readonly bool _hasHeader;
    readonly byte[][] _wanted;
    readonly string[] _names;
    readonly byte _separator;
    readonly bool _isPointNumber;
    readonly int[] _columns;
    PayloadValue[] _cells;
    byte[] _header = [];
    int _headerLength;
    int _count;
    (int Count, string Text) _told;
    string? _doubled;

    /// <summary>A reader for checked settings.</summary>
    public CsvFormatReader(CsvFormatSettings settings)
    {
        var wanted = new NamedPlaces();
        Layout = new SampleLayout
        {
            Fields = [.. settings.Fields.Select(f => new FieldPlace(f, wanted.Add(f.Path), f.Path))],
            Time = wanted.Add(settings.Time),
            Labels = wanted.Add(settings.LabelPaths),
            Text = settings.Text,
        };
        _hasHeader = settings.HasHeader;
        _separator = (byte)settings.Separator;
        _isPointNumber = settings.Text.Decimal != DecimalMark.Comma;
        _wanted = wanted.Bytes;
        _names = [.. wanted.Names];
        _columns = [.. wanted.Names.Select(name => settings.Columns.ToList().IndexOf(name))];
        _cells = new PayloadValue[Math.Max(16, settings.Columns.Count)];
        _count = settings.Columns.Count;
        Places = new PayloadValue[_columns.Length];
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
            if (payload.StartsWith("\uFEFF"u8)) cursor.At = 3;
            if (_hasHeader && !TryHeader(payload, ref cursor.At))
                return _doubled is null ? cursor.Fail(BadReason.BadCsv, null, 0) : cursor.Fail(BadReason.BadColumns, _doubled, -1);
        }

        if (cursor.At >= payload.Length) return false;
        var start = cursor.At;
        var isGood = TryLine(payload, ref cursor.At, out var isBlank, out var used);
        cursor.HasMore = cursor.At < payload.Length;
        if (!isGood) return cursor.Fail(BadReason.BadCsv, null, start);
        if (used <= _count) return !isBlank;
        if (_told.Count != _count) _told = (_count, _count.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return cursor.Fail(BadReason.BadColumns, _told.Text, used);
    }

    /// <summary>Reads the header from <paramref name="at"/>.</summary>
    /// <returns>False when the line is broken or names a wanted column twice.</returns>
    bool TryHeader(ReadOnlySpan<byte> payload, ref int at)
    {
        if (_headerLength > 0 && payload[at..].StartsWith(_header.AsSpan(0, _headerLength)))
        {
            at += _headerLength;
            return true;
        }

        var start = at;
        (_headerLength, _doubled) = (0, null);
        if (!TryCells(payload, ref at, out var count, out _)) return false;
        if (count > _cells.Length && count <= MaxColumns)
        {
            _cells = new PayloadValue[count];
            at = start;
            TryCells(payload, ref at, out count, out _);
        }

        _count = count;

        Array.Fill(_columns, -1);
        for (var column = Math.Min(count, _cells.Length) - 1; column >= 0; column--)
        {
            var name = _cells[column].TextIn(payload).Trim(" \t"u8);
            for (var place = 0; place < _wanted.Length; place++)
            {
                if (!name.SequenceEqual(_wanted[place])) continue;
                if (_columns[place] >= 0) _doubled = _names[place];
                _columns[place] = column;
            }
        }

        if (_doubled is not null) return false;

        // Without its line break a line is no proof that the next header ends there too.
        if (at > start && payload[at - 1] is (byte)'\n')
        {
            if (_header.Length < at - start) _header = new byte[at - start];
            payload[start..at].CopyTo(_header);
            _headerLength = at - start;
        }

        return true;
    }

    /// <summary>Reads the line at <paramref name="at"/>, which becomes the start of the next; a missing column is absent.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="at">Where the line starts.</param>
    /// <param name="isBlank">Whether there is nothing in it.</param>
    /// <param name="used">How many values it has; empty ones at its end do not count.</param>
    /// <returns>False when the line is broken; the next one can be read.</returns>
    bool TryLine(ReadOnlySpan<byte> payload, ref int at, out bool isBlank, out int used)
    {
        var start = at;
        isBlank = false;
        if (!TryCells(payload, ref at, out var count, out used)) return false;
        isBlank = count == 1 && payload[start..at].Trim(" \t\r\n"u8).IsEmpty;
        for (var place = 0; place < _columns.Length; place++)
        {
            var column = _columns[place];
            if (column < 0 || column >= Math.Min(count, _cells.Length))
            {
                Places[place] = default;
                continue;
            }

            ref var cell = ref _cells[column];
            CellText.Read(payload, cell.Start, cell.End, cell.HasEscapes, ref Places[place], _isPointNumber);
        }

        return true;
    }

    bool TryCells(ReadOnlySpan<byte> payload, ref int at, out int count, out int used)
    {
        (count, used) = (0, 0);
        while (true)
        {
            var cell = new PayloadValue { Kind = ValueKind.String, Start = at };
            if (at < payload.Length && payload[at] == (byte)'"')
            {
                if (!TryQuoted(payload, ref at, ref cell)) return false;
            }
            else
            {
                var length = payload[at..].IndexOfAny(_separator, (byte)'\r', (byte)'\n');
                at = length < 0 ? payload.Length : at + length;
                cell.End = at;
            }

            if (count < _cells.Length) _cells[count] = cell;
            count++;
            if (!payload[cell.Start..cell.End].Trim((byte)' ').IsEmpty) used = count;
            if (at == payload.Length) return true;
            var c = payload[at++];
            if (c == _separator) continue;
            if (c == (byte)'\r' && at < payload.Length && payload[at] == (byte)'\n') at++;
            return true;
        }
    }

    bool TryQuoted(ReadOnlySpan<byte> payload, ref int at, ref PayloadValue cell)
    {
        cell.Start = ++at;
        while (true)
        {
            var length = payload[at..].IndexOf((byte)'"');
            if (length < 0)
            {
                at = payload.Length;
                return false;
            }

            at += length + 1;
            if (at >= payload.Length || payload[at] != (byte)'"') break;
            cell.HasEscapes = true;
            at++;
        }

        cell.End = at - 1;
        if (at == payload.Length || payload[at] == _separator || payload[at] is (byte)'\r' or (byte)'\n') return true;
        var rest = payload[at..].IndexOf((byte)'\n');
        at = rest < 0 ? payload.Length : at + rest + 1;
        return false;
    }

    /// <summary>Writes the text of a quoted cell with each doubled quote once.</summary>
    /// <returns>Bytes written.</returns>
    public override int Unescape(ReadOnlySpan<byte> text, Span<byte> target)
    {
        var n = 0;
        for (var i = 0; i < text.Length; i++)
        {
            target[n++] = text[i];
            if (text[i] == (byte)'"') i++;
        }

        return n;
    }
}
