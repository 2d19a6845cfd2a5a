using System.Text;

namespace EdgeAgent.Logs;

/// <summary>Reads lines of at most so many characters; what is longer is passed over without being held.</summary>
/// <remarks>Lines end by <c>\n</c> or <c>\r\n</c>. Single-threaded; the reader stays the caller's.</remarks>
sealed class BoundedLines(TextReader reader, int maxChars)
{
    readonly char[] _buffer = new char[32 << 10];
    readonly StringBuilder _line = new();
    int _at;
    int _end;

    /// <summary>The next line, or null for one that is too long; false at the end.</summary>
    public bool TryRead(out string? line)
    {
        line = "";
        _line.Clear();
        var (any, whole) = (false, true);
        while (true)
        {
            if (_at == _end)
            {
                (_at, _end) = (0, reader.Read(_buffer, 0, _buffer.Length));
                if (_end == 0) break;
            }

            any = true;
            var rest = _buffer.AsSpan(_at, _end - _at);
            var mark = rest.IndexOf('\n');
            var part = mark < 0 ? rest : rest[..mark];
            if (whole && _line.Length + part.Length <= maxChars) _line.Append(part);
            else whole = false;
            _at += mark < 0 ? rest.Length : mark + 1;
            if (mark >= 0) break;
        }

        if (_line.Length > 0 && _line[^1] == '\r') _line.Length--;
        line = whole ? _line.ToString() : null;
        return any;
    }
}
