namespace EdgeAgent.Learning.Inference;

/// <summary>Texts of lines with separated values.</summary>
static class CsvLines
{
    const int MostColumns = 64;
    static readonly char[] Separators = [';', '\t', '|', ','];

    /// <summary>The cells of a text that is such; false when it is not, or when a comma may mean two things.</summary>
    public static bool TryRead(string text, out CsvShape? shape)
    {
        shape = null;
        if (UnitNumber.TryRead(text, out _, out _) || PayloadKinds.IsAmbiguous(text)) return false; // `21,5`: one number or two?
        var lines = text.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0).ToList();
        foreach (var separator in Separators)
        {
            if (!lines[0].Contains(separator)) continue;
            if (separator == ',' && lines.Any(IsAmbiguous)) return false;
            var rows = lines.Select(line => Cells(line, separator)).ToList();
            if (rows[0].Count is < 2 or > MostColumns || rows.Any(row => row.Count != rows[0].Count)) return false;
            var header = rows.Count > 1 && rows[0].All(IsName) && rows.Skip(1).All(row => row.Any(c => PayloadKinds.IsNumber(c)));
            if (!header
                && !rows.Any(row => row.Any(cell => UnitNumber.TryRead(cell, out _, out _) || PayloadKinds.IsAmbiguous(cell))))
                return false;
            shape = new(separator, header ? rows[0] : null, header ? rows[1..] : rows);
            return true;
        }

        return false;
    }

    /// <summary>Two cells with digits on both sides of their only comma: `1.234,5 kWh` is one number, `21,40` may be two.</summary>
    static bool IsAmbiguous(string line)
    {
        var comma = line.IndexOf(',');
        return comma > 0 && comma == line.LastIndexOf(',') && comma + 1 < line.Length && char.IsAsciiDigit(line[comma - 1])
            && char.IsAsciiDigit(line[comma + 1]);
    }

    static List<string> Cells(string line, char separator)
    {
        var cells = new List<string>();
        var cell = new System.Text.StringBuilder();
        var quoted = false;
        foreach (var c in line)
        {
            if (c == '"') quoted = !quoted;
            else if (c != separator || quoted) cell.Append(c);
            else
            {
                cells.Add(cell.ToString().Trim());
                cell.Clear();
            }
        }

        cells.Add(cell.ToString().Trim());
        return cells;
    }

    static bool IsName(string cell) => cell.Length is > 0 and <= 64 && char.IsLetter(cell[0]);
}
