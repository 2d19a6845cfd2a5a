using System.Globalization;
using System.Text;
using EdgeAgent.Core.Formats.Influx;

namespace EdgeAgent.Learning.Inference;

/// <summary>From texts that are no JSON to a decode section.</summary>
static class TextDrafts
{
    const int MostTexts = 400;
    const int MostKeys = 64;

    /// <summary>A number or a word a payload; null with a reason when the words are no known pair.</summary>
    public static DecodeDraft? Plain(IEnumerable<PayloadSample> samples, out string why)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        var units = new SortedSet<string>(StringComparer.Ordinal);
        var (numbers, low, high, none) = (0, double.PositiveInfinity, double.NegativeInfinity,
            new SortedSet<string>(StringComparer.Ordinal));
        string? comma = null, ambiguous = null;
        var hasPoint = false;
        foreach (var sample in samples)
        {
            var text = Encoding.UTF8.GetString(HeardJson.Clean(sample.Payload)).Trim().Trim('"');
            if (text.Length == 0) continue;
            if (PayloadKinds.IsNumber(text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            {
                (numbers, low, high) = (numbers + 1, Math.Min(low, number), Math.Max(high, number));
                hasPoint |= text.Contains('.');
            }
            else if (UnitNumber.TryRead(text, out number, out var unit))
            {
                (numbers, low, high) = (numbers + 1, Math.Min(low, number), Math.Max(high, number));
                if (unit.Length > 0) units.Add(unit);
                if (text.Contains(',')) comma ??= text;
                else hasPoint |= text.Contains('.');
            }
            else if (PayloadKinds.IsAmbiguous(text)) ambiguous ??= text;
            else if (FieldWords.NoValue.Contains(text)) none.Add(text);
            else if (words.Count < 32) words.Add(text);
        }

        var notes = new List<string>();
        // A number that only a comma before decimals explains explains the others, too.
        var isComma = comma is not null && !hasPoint && PayloadKinds.IsPointless(comma);
        if (comma is not null) notes.Add($"a comma stands before decimals (\"{comma}\")");
        if (ambiguous is not null && !isComma)
            notes.Add($"\"{ambiguous}\" may have a decimal comma or thousands: it is not read until `decimal` says which");
        if (units.Count == 1) notes.Add($"numbers come with their unit, {units.Min}");
        else if (units.Count > 1)
            notes.Add($"numbers come with several units ({string.Join(", ", units)}): `units` gives each its factor, and refuses others");
        var boolean = words.Count > 0 && words.All(word => bool.TryParse(word, out _));
        var states = boolean ? [] : FieldWords.StatesOf(words);
        why = "";
        if (words.Count > 0 && states.Count == 0 && !boolean)
        {
            why = "words that are no known pair: `format: number` with `states` reads them once it is known what they stand for";
            if (numbers == 0) return null;
            notes.Add($"words came, too, and are not read: {string.Join(", ", words.Take(6))}");
        }

        if (numbers == 0 && words.Count == 0)
        {
            why = "no value came, only words for none";
            return null;
        }

        if (none.Count > 0) notes.Add($"came for no value, and gives no reading: {string.Join(", ", none)}");
        var seen = numbers == 0 ? "" : $"{low.ToString("G6", CultureInfo.InvariantCulture)} to "
            + high.ToString("G6", CultureInfo.InvariantCulture);
        return new(new ProposedDecode("number")
        {
            Fields = [new("", null) { States = states, Seen = seen }], Notes = notes, HasDecimalComma = isComma,
        }, true);
    }

    /// <summary>Names with numbers; null with a reason when the names differ from payload to payload.</summary>
    public static DecodeDraft? Pairs(IEnumerable<PayloadSample> samples, out string why)
    {
        TextPairsShape? first = null;
        var others = 0;
        foreach (var sample in samples)
        {
            var text = Encoding.UTF8.GetString(sample.Payload).Trim();
            if (!TextPairs.TryRead(text, out var shape))
            {
                if (KeyValues.TryRead(text, out _)) others++;
                continue;
            }

            first ??= shape;
            if (shape!.Pattern != first!.Pattern) others++;
        }

        why = "names with numbers that cannot be told apart: `format: regex` reads those a pattern names";
        if (first is null || others > 0) return KeyValue(samples);
        return new(new ProposedDecode("regex")
        {
            Pattern = first.Pattern,
            Fields = [.. first.Names.Select(name => new ProposedField(name, name) { Unit = FieldWords.UnitOf(name) })],
        }, false);
    }

    /// <summary>Names with numbers that differ from payload to payload, or have units.</summary>
    static DecodeDraft? KeyValue(IEnumerable<PayloadSample> samples)
    {
        var (total, counts, seen) = (0, new Dictionary<string, int>(StringComparer.Ordinal), new Dictionary<string, string>());
        foreach (var sample in samples)
        {
            if (!KeyValues.TryRead(Encoding.UTF8.GetString(sample.Payload).Trim(), out var pairs)) continue;
            total++;
            foreach (var (name, value) in pairs)
            {
                counts[name] = counts.GetValueOrDefault(name) + 1;
                seen.TryAdd(name, value);
            }
        }

        return counts.Count is 0 or > MostKeys ? null : new(new ProposedDecode("key_value")
        {
            Fields = [.. counts.Select(c => new ProposedField(c.Key, null)
            {
                IsOptional = c.Value < total, Seen = $"such as {seen[c.Key]}",
            })],
        }, false);
    }

    /// <summary>Lines of separated values; null with a reason when no column is a number.</summary>
    public static DecodeDraft? Csv(IEnumerable<PayloadSample> samples, out string why)
    {
        CsvShape? first = null;
        var columns = new List<Column>();
        foreach (var sample in samples)
        {
            if (!CsvLines.TryRead(Encoding.UTF8.GetString(sample.Payload).Trim(), out var shape)) continue;
            first ??= shape;
            if (shape!.Separator != first!.Separator || shape.Rows[0].Count != first.Rows[0].Count) continue;
            while (columns.Count < first!.Rows[0].Count) columns.Add(new());
            foreach (var row in shape.Rows)
                for (var i = 0; i < row.Count; i++) Count(columns[i], row[i], sample);
        }

        why = "lines of separated values of different lengths";
        if (first is null) return null;
        var names = first.Header ?? [.. Enumerable.Range(1, columns.Count).Select(i => $"c{i}")];
        var notes = new List<string>();
        if (first.Header is null) notes.Add("no names of columns came: c1, c2 and so on are ours, to be replaced by what they are");
        if (first is { Header: null, Separator: ',' } && columns.Sum(c => c.Points) == 0
            && columns.Count(c => c.Numbers > 0) is > 1 and var whole && whole % 2 == 0)
            notes.Add("no number has decimals: if the device writes decimal commas, two columns are one number, and only another separator "
                + "or `format: regex` tells them apart");
        var time = TwoColumns(columns, names, out var date, out var clock);
        var fields = new List<ProposedField>();
        var isComma = first.Separator != ',' && columns.Exists(c => c.Pointless > 0) && !columns.Exists(c => c.Points > 0);
        for (var i = 0; i < columns.Count; i++)
        {
            if (i == date || i == clock) continue;
            var column = columns[i];
            var signs = column.Signs;
            if (signs.IsTime && (signs.IsNear || FieldWords.IsTime(names[i])))
            {
                if (signs.LocalTime is { } local) notes.Add($"column {names[i]} is not taken for the time: {local}");
                else if (time is null) time = new(names[i], signs.Unit!, signs.Why);
                else notes.Add($"column {names[i]} is a time, too");
            }
            else if (column.Ambiguous > 0 && !isComma)
                notes.Add($"column {names[i]} has numbers with a comma, which may stand for a point or for thousands: "
                    + "`decimal` says which");
            else if (signs.Unreadable is { } text) notes.Add($"column {names[i]} is a date or a time that is not read alone (\"{text}\")");
            else if (column.Numbers * 2 > column.Cells && !FieldWords.IsIdentifier(names[i]))
                fields.Add(new(names[i], null)
                {
                    Unit = FieldWords.UnitOf(names[i]), IsOptional = column.Numbers < column.Cells + column.None,
                });
        }

        why = notes.FirstOrDefault(note => note.Contains("comma", StringComparison.Ordinal)) ?? "no column of numbers";
        if (fields.Count == 0) return null;
        return new(new ProposedDecode("csv")
        {
            Fields = fields, Time = time, Columns = first.Header is null ? names : [], HasHeader = first.Header is not null,
            Separator = first.Separator, Notes = notes, HasDecimalComma = isComma,
        }, false);
    }

    static void Count(Column of, string cell, PayloadSample sample)
    {
        if (cell.Length == 0 || FieldWords.NoValue.Contains(cell))
        {
            of.None++;
            return;
        }

        of.Cells++;
        if (PayloadKinds.IsNumber(cell) && double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            of.Numbers++;
            if (cell.Contains('.')) of.Points++;
            of.Signs.Add(number, sample.AtNs, sample.IsRetained);
            return;
        }

        if (of.Texts.Count < MostTexts) of.Texts.Add((cell, sample));
        if (PayloadKinds.IsAmbiguous(cell)) of.Ambiguous++;
        if (UnitNumber.TryRead(cell, out _, out _) || PayloadKinds.IsAmbiguous(cell)) of.Numbers++;
        if (PayloadKinds.IsPointless(cell)) of.Pointless++;
        of.Signs.Add(cell, sample.AtNs, sample.IsRetained);
    }

    /// <summary>A column of dates and one of times of day, when both together are a time that can be read.</summary>
    static ProposedTime? TwoColumns(List<Column> columns, IReadOnlyList<string> names, out int date, out int clock)
    {
        date = columns.FindIndex(c => c.Texts.Count > 0 && c.Texts.TrueForAll(cell => cell.Text is { Length: 10 }
            && char.IsAsciiDigit(cell.Text[9]) && cell.Text.Count(char.IsAsciiDigit) == 8));
        clock = columns.FindIndex(c => c.Texts.Count > 0
            && c.Texts.TrueForAll(cell => cell.Text.Length is >= 5 and <= 15 && cell.Text[2] == ':'));
        if (date < 0 || clock < 0 || columns[date].Texts.Count != columns[clock].Texts.Count)
        {
            (date, clock) = (-1, -1);
            return null;
        }

        var signs = new TimeSigns();
        foreach (var (day, hour) in columns[date].Texts.Zip(columns[clock].Texts))
            signs.Add($"{day.Text} {hour.Text}", day.Sample.AtNs, day.Sample.IsRetained);
        if (signs is { IsNear: true, LocalTime: null }) return new(names[clock], signs.Unit!, signs.Why) { Date = names[date] };
        (date, clock) = (-1, -1);
        return null;
    }

    /// <summary>Lines of InfluxDB's protocol.</summary>
    public static DecodeDraft? Influx(IEnumerable<PayloadSample> samples, out string why)
    {
        why = "";
        var tags = new SortedSet<string>(StringComparer.Ordinal);
        string? precision = null;
        foreach (var sample in samples)
        {
            if (!InfluxLines.TryRead(Encoding.UTF8.GetString(sample.Payload).Trim(), out var shape)) continue;
            tags.UnionWith(shape!.Tags.Where(tag => !InfluxFormatSpec.ReservedTags.Contains(tag)
                && tag.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')));
            precision ??= shape.Precision;
        }

        return new(new ProposedDecode("influx") { Precision = precision, OwnLabels = ["field", .. tags] }, false);
    }

    sealed class Column
    {
        public readonly TimeSigns Signs = new();
        public int Numbers;
        public readonly List<(string Text, PayloadSample Sample)> Texts = [];
        public int Points;
        public int Pointless;
        public int Ambiguous;
        public int Cells;
        public int None;
    }
}
