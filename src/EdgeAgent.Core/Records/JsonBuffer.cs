using System.Buffers.Text;
using System.Text;

namespace EdgeAgent.Core.Records;

/// <summary>A reused buffer that takes the pieces of one flat JSON object.</summary>
/// <remarks>
/// Single-threaded; grows by doubling and keeps its memory. Doubles are written shortest round-trip, NaN and infinity
/// as <c>null</c> (RFC 8259 §6 has no other way). Escapes only what RFC 8259 §7 demands.
/// </remarks>
public sealed class JsonBuffer
{
    byte[] _bytes = new byte[512];

    /// <summary>Bytes held.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes; valid until the next call.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    /// <summary>Forgets all bytes; keeps the memory.</summary>
    public void Clear() => Length = 0;

    /// <summary>Appends bytes as they are.</summary>
    public void Raw(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(Reserve(utf8.Length));
        Length += utf8.Length;
    }

    /// <summary>Appends an integer in decimal.</summary>
    public void Integer(long value)
    {
        Utf8Formatter.TryFormat(value, Reserve(20), out var n);
        Length += n;
    }

    /// <summary>Appends a number, or <c>null</c> when it is not finite.</summary>
    public void Number(double value)
    {
        if (!double.IsFinite(value))
        {
            Raw("null"u8);
            return;
        }

        // A whole number has the same shortest text and is several times cheaper as an integer.
        var whole = (long)value;
        if (whole == value && whole is > -1_000_000_000_000_000 and < 1_000_000_000_000_000 && (whole != 0 || !double.IsNegative(value)))
        {
            Integer(whole);
            return;
        }

        Utf8Formatter.TryFormat(value, Reserve(32), out var n);
        Length += n;
    }

    /// <summary>Appends a quoted time, RFC 3339 in UTC.</summary>
    public void Time(long timeNs)
    {
        Raw("\""u8);
        Length += Rfc3339.Format(timeNs, Reserve(Rfc3339.MaxLength));
        Raw("\""u8);
    }

    /// <summary>Appends 16 lower-case hexadecimal digits.</summary>
    public void Hex(ulong value)
    {
        Utf8Formatter.TryFormat(value, Reserve(16), out var n, new System.Buffers.StandardFormat('x', 16));
        Length += n;
    }

    /// <summary>Appends a quoted string, escaped.</summary>
    public void Text(ReadOnlySpan<char> text)
    {
        var span = Reserve((6 * text.Length) + 2);
        var at = 0;
        span[at++] = (byte)'"';
        while (!text.IsEmpty)
        {
            var n = text.IndexOfAnyInRange('\0', '\x1F');
            var quote = text.IndexOfAny('"', '\\');
            if (n < 0 || (quote >= 0 && quote < n)) n = quote;
            if (n < 0) n = text.Length;
            at += Encoding.UTF8.GetBytes(text[..n], span[at..]);
            if (n == text.Length) break;
            at += Escape(text[n], span[at..]);
            text = text[(n + 1)..];
        }

        span[at++] = (byte)'"';
        Length += at;
    }

    static int Escape(char c, Span<byte> to)
    {
        to[0] = (byte)'\\';
        var letter = c switch { '"' => '"', '\\' => '\\', '\n' => 'n', '\r' => 'r', '\t' => 't', '\b' => 'b', '\f' => 'f', _ => 'u' };
        to[1] = (byte)letter;
        if (letter != 'u') return 2;
        Utf8Formatter.TryFormat((uint)c, to[2..], out _, new System.Buffers.StandardFormat('x', 4));
        return 6;
    }

    Span<byte> Reserve(int n)
    {
        if (Length + n > _bytes.Length) Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, Length + n));
        return _bytes.AsSpan(Length, n);
    }
}
