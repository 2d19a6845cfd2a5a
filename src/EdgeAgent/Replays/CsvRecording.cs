using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EdgeAgent.Replays;

/// <summary>Reads a table (CSV) as a recording: each row is a message whose payload is a JSON object of its columns.</summary>
/// <remarks>
/// The first line names the columns, divided by commas, semicolons or tabs; text with these in it stands in quotes. The time of arrival is
/// that of the column <c>time</c>, <c>timestamp</c>, <c>datetime</c>, <c>date</c> or <c>ts</c>, or of the first: ISO 8601 (UTC without a
/// zone), or seconds or milliseconds since the Unix epoch. Numbers stay as they are written; an empty cell is null. A line that is no row
/// becomes one that the replay names by its number.
/// </remarks>
sealed class CsvRecording(TextReader table, string source, string topic) : TextReader
{
    const double LeastMilliseconds = 1e11; // as seconds: the year 5138
    static readonly string[] TimeNames = ["time", "timestamp", "datetime", "date", "ts"];
    List<string> _names = [];
    int _time;
    char _divider;
    string _line = "";
    int _at;

    /// <inheritdoc/>
    public override int Read(char[] buffer, int index, int count)
    {
        if (_at == _line.Length && !TryNext()) return 0;
        var n = Math.Min(count, _line.Length - _at);
        _line.CopyTo(_at, buffer, index, n);
        _at += n;
        return n;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) table.Dispose();
    }

    bool TryNext()
    {
        if (table.ReadLine() is not { } row) return false;
        _at = 0;
        if (_names.Count == 0 && row.Trim('\ufeff', ' ').Length > 0)
        {
            row = row.TrimStart('\ufeff');
            _divider = row.Contains(';') ? ';' : row.Contains('\t') ? '\t' : ',';
            _names = Cells(row);
            _time = Math.Max(0, _names.FindIndex(n => TimeNames.Contains(n.ToLowerInvariant())));
            row = "";
        }

        // An empty line keeps the numbers of lines those of the table.
        _line = (row.Length == 0 ? "" : Message(row)) + "\n";
        return true;
    }

    // What is wrong is left to the replay to say, which has the number of the line.
    string Message(string row)
    {
        var cells = Cells(row);
        if (cells.Count != _names.Count) return $"{cells.Count} cells, {_names.Count} columns";
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("source", source);
            json.WriteString("topic", topic);
            json.WriteString("at", At(cells[_time]));
            json.WriteString("payload", Payload(cells));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    string Payload(List<string> cells)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            for (var i = 0; i < cells.Count; i++)
            {
                json.WritePropertyName(_names[i]);
                if (cells[i].Length == 0) json.WriteNullValue();
                else if (IsNumber(cells[i])) json.WriteRawValue(cells[i]);
                else json.WriteStringValue(cells[i]);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    static bool IsNumber(string cell)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(cell));
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.Number && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    static string At(string cell)
    {
        if (double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) < 1e15)
            return DateTime.UnixEpoch.AddMilliseconds(number >= LeastMilliseconds ? number : number * 1000)
                .ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);
        return cell;
    }

    List<string> Cells(string row)
    {
        var (cells, cell, isQuoted) = (new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < row.Length; i++)
        {
            if (row[i] == '"' && isQuoted && i + 1 < row.Length && row[i + 1] == '"') cell.Append(row[++i]);
            else if (row[i] == '"') isQuoted = !isQuoted;
            else if (row[i] == _divider && !isQuoted)
            {
                cells.Add(cell.ToString().Trim());
                cell.Clear();
            }
            else cell.Append(row[i]);
        }

        cells.Add(cell.ToString().Trim());
        return cells;
    }
}
