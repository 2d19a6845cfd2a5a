using System.Globalization;
using System.Text;

namespace EdgeAgent.Outputs.Webhook;

/// <summary>Reads one answer to a POST out of bytes as they come: its status, and where it ends. Bodies are passed over.</summary>
/// <remarks>
/// <para>RFC 9112: status line §4, headers §5, framing of the body §6.3 (chunked before a length; a length that is not one number, or both, ends the
/// connection), chunks and trailers §7.1. Interim answers (1xx) are passed over, RFC 9110 §15.2. Lines may end in LF alone (§2.2).</para>
/// <para>Bounds: <see cref="MaxHeadBytes"/> for all status lines, headers and trailers together, <see cref="MaxBodyBytes"/> for a body with its framing; a longer body
/// ends the connection, not the answer. Pure and single-threaded; never throws on input; <see cref="Begin"/> makes it new.</para>
/// </remarks>
sealed class HttpResponse
{
    /// <summary>Most bytes of status lines, headers and trailers.</summary>
    public const int MaxHeadBytes = 16 << 10;

    /// <summary>Most bytes of a body that is read for the sake of the connection.</summary>
    public const int MaxBodyBytes = 64 << 10;

    readonly byte[] _line = new byte[8 << 10];
    Step _step;
    int _lineLength;
    int _headBytes;
    int _pending; // the status until its headers end
    long _bodyBytes, _left, _length;
    bool _isChunked, _isHttp10, _closes, _isFolded;

    enum Step
    {
        Status,
        Header,
        Fixed,
        ChunkSize,
        Chunk,
        ChunkEnd,
        Trailer,
        UntilClose,
        Done,
        Failed,
    }

    /// <summary>The final status; 0 until all headers are there.</summary>
    public int Status { get; private set; }

    /// <summary>Whether nothing more is to be read: the answer ended, or its rest is not worth reading.</summary>
    public bool IsDone => _step is Step.Done;

    /// <summary>Whether another request may follow on the connection. Good when done.</summary>
    public bool KeepsAlive { get; private set; }

    /// <summary>Why it is no answer, a sentence's end; null while it may be one.</summary>
    public string? Fault { get; private set; }

    /// <summary><c>Retry-After</c> as it came, or null.</summary>
    public string? RetryAfter { get; private set; }

    /// <summary><c>Location</c> as it came, or null.</summary>
    public string? Location { get; private set; }

    /// <summary>Starts on the next answer.</summary>
    public void Begin()
    {
        (_step, _lineLength, _headBytes, _bodyBytes, Status) = (Step.Status, 0, 0, 0, 0);
        (KeepsAlive, Fault) = (false, null);
        BeginHead();
    }

    /// <summary>Takes bytes; how many belong to this answer. Fewer than given only when it is done or at fault.</summary>
    public int Feed(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length && _step is not (Step.Done or Step.Failed))
        {
            if (_step is Step.Fixed or Step.Chunk or Step.UntilClose) at += Skip(bytes.Length - at);
            else at += TakeLine(bytes[at..]);
        }

        return at;
    }

    /// <summary>The server closed the connection.</summary>
    public void End()
    {
        if (_step is Step.Done or Step.Failed) return;
        KeepsAlive = false;
        // With a status the server has said what became of the record; a torn body changes nothing.
        if (Status > 0) _step = Step.Done;
        else Fail(_headBytes == 0 && _lineLength == 0 ? "closed the connection without an answer" : "closed the connection in the middle of its answer");
    }

    int Skip(int available)
    {
        var n = (int)Math.Min(available, _step == Step.UntilClose ? long.MaxValue : _left);
        _left -= n;
        CountBody(n);
        if (_left == 0 && _step == Step.Fixed) Finish();
        else if (_left == 0 && _step == Step.Chunk) _step = Step.ChunkEnd;
        return n;
    }

    int TakeLine(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)'\n');
        var n = end < 0 ? bytes.Length : end + 1;
        var isBody = _step is Step.ChunkSize or Step.ChunkEnd;
        if (isBody) CountBody(n);
        else _headBytes += n;
        if (_step == Step.Done) return n;
        if (_headBytes > MaxHeadBytes || _lineLength + n > _line.Length)
        {
            if (Status > 0) Abandon();
            else Fail($"sends headers without end (over {(_headBytes > MaxHeadBytes ? MaxHeadBytes : _line.Length)} bytes)");
            return n;
        }

        bytes[..n].CopyTo(_line.AsSpan(_lineLength));
        _lineLength += n;
        if (end < 0) return n;
        var line = _line.AsSpan(0, _lineLength - 1);
        if (line.EndsWith("\r"u8)) line = line[..^1];
        _lineLength = 0;
        Take(line);
        return n;
    }

    void Take(ReadOnlySpan<byte> line)
    {
        switch (_step)
        {
            case Step.Status:
                TakeStatus(line);
                break;
            case Step.Header when line.IsEmpty:
                EndHead();
                break;
            case Step.Header:
                TakeHeader(line);
                break;
            case Step.ChunkSize:
                TakeChunkSize(line);
                break;
            case Step.ChunkEnd when line.IsEmpty:
                _step = Step.ChunkSize;
                break;
            case Step.Trailer when line.IsEmpty:
                Finish();
                break;
            case Step.Trailer:
                break;
            default:
                Abandon();
                break;
        }
    }

    void TakeStatus(ReadOnlySpan<byte> line)
    {
        // An empty line before it is passed over, as servers of old sent one after a body.
        if (line.IsEmpty) return;
        if (line.Length < 12 || !line.StartsWith("HTTP/1."u8) || !char.IsAsciiDigit((char)line[7]) || line[8] != ' '
            || !TryDigits(line.Slice(9, 3), 10, out var status) || status < 100 || (line.Length > 12 && line[12] != ' '))
        {
            Fail("does not answer in HTTP/1.1");
            return;
        }

        BeginHead();
        (_isHttp10, _pending) = (line[7] == '0', status);
        _step = Step.Header;
    }

    void TakeHeader(ReadOnlySpan<byte> line)
    {
        if (line[0] is (byte)' ' or (byte)'\t')
        {
            // A folded line (§5.2) belongs to the header before it, and only a framing one matters here.
            if (_isFolded) Fail("folds a header that frames the body");
            return;
        }

        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[..colon].ContainsAny(" \t"u8))
        {
            Fail("sends a line among the headers that is none");
            return;
        }

        var value = Encoding.Latin1.GetString(line[(colon + 1)..]).Trim(' ', '\t');
        var name = Encoding.Latin1.GetString(line[..colon]);
        _isFolded = false;
        if (Is(name, "content-length")) TakeLength(value);
        else if (Is(name, "transfer-encoding")) TakeEncoding(value);
        else if (Is(name, "connection")) _closes |= Has(value, "close");
        else if (Is(name, "retry-after")) RetryAfter = value;
        else if (Is(name, "location")) Location = value;
    }

    void TakeLength(string value)
    {
        _isFolded = true;
        // A list of equal numbers stands for one (§6.3); anything else makes the end unknowable.
        foreach (var part in value.Split(','))
        {
            if (!long.TryParse(part.Trim(' ', '\t'), NumberStyles.None, CultureInfo.InvariantCulture, out var length) || (_length >= 0 && length != _length))
            {
                Fail("sends a Content-Length that is not one number");
                return;
            }

            _length = length;
        }
    }

    void TakeEncoding(string value)
    {
        _isFolded = true;
        _isChunked = value.Split(',')[^1].Trim(' ', '\t').Equals("chunked", StringComparison.OrdinalIgnoreCase);
        _closes |= !_isChunked;
    }

    void TakeChunkSize(ReadOnlySpan<byte> line)
    {
        var semicolon = line.IndexOf((byte)';');
        var digits = (semicolon < 0 ? line : line[..semicolon]).TrimEnd(" \t"u8);
        if (digits.Length is 0 or > 8 || !TryDigits(digits, 16, out var size))
        {
            Abandon();
            return;
        }

        _left = size;
        _step = size == 0 ? Step.Trailer : Step.Chunk;
    }

    void EndHead()
    {
        var status = _pending;
        if (status is >= 100 and < 200)
        {
            if (status == 101) Fail("switches to a protocol nobody asked for");
            else _step = Step.Status;
            return;
        }

        Status = status;
        if (_isHttp10 || (_isChunked && _length >= 0)) _closes = true;
        _left = Math.Max(_length, 0);
        if (status is 204 or 304 || (!_isChunked && _length == 0)) Finish();
        else _step = _isChunked ? Step.ChunkSize : _length > 0 ? Step.Fixed : Step.UntilClose;
        if (_step == Step.UntilClose) _closes = true;
        if (_step == Step.Fixed && _length > MaxBodyBytes) Abandon();
    }

    void BeginHead()
    {
        (_isChunked, _isHttp10, _closes, _isFolded, _length) = (false, false, false, false, -1);
        (RetryAfter, Location) = (null, null);
    }

    void CountBody(int bytes)
    {
        _bodyBytes += bytes;
        if (_bodyBytes > MaxBodyBytes) Abandon();
    }

    void Finish() => (_step, KeepsAlive) = (Step.Done, !_closes);

    // The status is known; the rest of the body is not worth reading or cannot be followed.
    void Abandon() => (_step, KeepsAlive) = (Step.Done, false);

    void Fail(string fault) => (_step, Fault, KeepsAlive) = (Step.Failed, fault, false);

    static bool Is(string name, string lower) => name.Equals(lower, StringComparison.OrdinalIgnoreCase);

    static bool Has(string list, string word)
    {
        foreach (var part in list.Split(','))
            if (part.Trim(' ', '\t').Equals(word, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    static bool TryDigits(ReadOnlySpan<byte> text, int radix, out int value)
    {
        value = 0;
        long sum = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigit((char)c) || (radix == 10 && !char.IsAsciiDigit((char)c))) return false;
            sum = (sum * radix) + (char.IsAsciiDigit((char)c) ? c - '0' : (c | 0x20) - 'a' + 10);
        }

        value = (int)Math.Min(sum, int.MaxValue);
        return true;
    }
}
