using System.Globalization;
using System.Text.Json;

namespace EdgeAgent.Models.Files;

/// <summary>Rows of features to be scored by hand: CSV with or without a line of names, or JSON lines, each a list of numbers or an
/// object of named ones.</summary>
/// <remarks>Numbers as they came, or as the model takes them: nothing is scaled here.</remarks>
sealed class RowsFile(IReadOnlyList<string> names, IReadOnlyList<double[]> rows)
{
    /// <summary>Names of the numbers of a row; empty when the file has none.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>The rows; at least one, all of one length.</summary>
    public IReadOnlyList<double[]> Rows => rows;

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">A line is no row, in a sentence with its number.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static RowsFile Read(TextReader file)
    {
        IReadOnlyList<string> names = [];
        var rows = new List<double[]>();
        for (var number = 1; file.ReadLine() is { } line; number++)
        {
            line = line.Trim().TrimStart('\ufeff');
            if (line.Length == 0) continue;
            var row = line[0] is '[' or '{' ? Json(line, number, ref names) : Csv(line, number, rows.Count == 0, ref names);
            if (row is null) continue;
            var width = names.Count > 0 ? names.Count : rows.Count > 0 ? rows[0].Length : row.Length;
            if (row.Length != width) throw new FormatException($"line {number} has {row.Length} numbers, {width} were expected.");
            rows.Add(row);
        }

        return rows.Count > 0 ? new(names, rows) : throw new FormatException("the file has no rows.");
    }

    // Null for the line of names.
    static double[]? Csv(string line, int number, bool isFirst, ref IReadOnlyList<string> names)
    {
        var cells = line.Split(line.Contains(';') ? ';' : line.Contains('\t') ? '\t' : ',');
        var row = new double[cells.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            if (double.TryParse(cells[i], NumberStyles.Float, CultureInfo.InvariantCulture, out row[i])) continue;
            if (!isFirst || names.Count > 0) throw new FormatException($"line {number}: `{cells[i].Trim()}` is not a number.");
            names = [.. cells.Select(c => c.Trim().Trim('"'))];
            return null;
        }

        return row;
    }

    static double[] Json(string line, int number, ref IReadOnlyList<string> names)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            if (root.ValueKind == JsonValueKind.Array) return [.. root.EnumerateArray().Select(n => n.GetDouble())];
            if (names.Count == 0) names = [.. root.EnumerateObject().Select(p => p.Name)];
            return [.. names.Select(name => root.TryGetProperty(name, out var value) ? value.GetDouble()
                : throw new FormatException($"`{name}` of the first line is missing."))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new FormatException($"line {number} is not a JSON list or object of numbers: {e.Message.ReplaceLineEndings(" ")}");
        }
    }
}
