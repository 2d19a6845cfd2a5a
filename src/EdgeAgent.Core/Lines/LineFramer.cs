using System.Buffers.Binary;
using System.Buffers.Text;

namespace EdgeAgent.Core.Lines;

/// <summary>Cuts a byte stream into frames and finds its way back after noise.</summary>
/// <remarks>
/// A wrong check or an impossible length moves on by one byte, not by one frame, so a good frame that a false start seemed to
/// swallow is still found. Pure; keeps no bytes between calls, does not allocate. A frame without check and start mark
/// cannot be told from noise: <c>check</c> warns of that.
/// </remarks>
public sealed class LineFramer
{
    readonly FrameSettings _frame;
    readonly byte[] _start;
    readonly byte[] _delimiter;
    readonly int _checkBytes;

    /// <summary>A framer for <paramref name="frame"/>, whose findings are none.</summary>
    public LineFramer(FrameSettings frame)
    {
        _frame = frame;
        _start = frame.Start;
        _delimiter = frame.Delimiter;
        _checkBytes = frame.CheckSizeBytes;
    }

    /// <summary>Looks for the first frame.</summary>
    /// <param name="bytes">Received and not yet consumed.</param>
    /// <param name="silent">True when nothing came for the inter-byte time-out: what is incomplete will not be completed.</param>
    public FrameFound TryRead(ReadOnlySpan<byte> bytes, bool silent = false) =>
        _frame.Kind == FrameKind.Delimiter ? ReadDelimited(bytes, silent) : ReadSized(bytes, silent);

    FrameFound ReadDelimited(ReadOnlySpan<byte> bytes, bool silent)
    {
        var from = 0;
        var bad = 0;
        while (true)
        {
            var rest = bytes[from..];
            var end = rest.IndexOf(_delimiter);
            if (end < 0)
            {
                var drop = from + (silent ? rest.Length : Hopeless(rest));
                return new(false, default, drop, drop, bad);
            }

            var body = rest[..end];
            var length = _delimiter is [(byte)'\n'] && body is [.., (byte)'\r'] ? body.Length - 1 : body.Length;
            if (Delimited(body[..length], out var payload, ref bad))
            {
                var at = from;
                return new(true, new(at + payload.Start.Value, at + payload.End.Value), from + end + _delimiter.Length,
                    from + payload.Start.Value - _start.Length, bad);
            }

            from += end + _delimiter.Length;
        }
    }

    // The last start mark is the likeliest: noise comes before a frame. With a check, earlier ones are tried when it is wrong.
    bool Delimited(ReadOnlySpan<byte> body, out Range payload, ref int bad)
    {
        payload = default;
        if (body.IsEmpty) return false;
        if (_start.Length == 0)
        {
            if (body.Length >= _checkBytes && body.Length <= _frame.MaxBytes && IsRight(body))
            {
                payload = new(0, body.Length - _checkBytes);
                return true;
            }

            bad++;
            return false;
        }

        if (_frame.Check == CheckKind.None)
        {
            var last = body.LastIndexOf(_start);
            if (last < 0 || body.Length - last > _frame.MaxBytes) return false;
            payload = new(last + _start.Length, body.Length);
            return true;
        }

        var at = body.LastIndexOf(_start);
        if (at < 0) return false;
        for (; at >= 0; at = body[..at].LastIndexOf(_start))
        {
            if (body.Length - at > _frame.MaxBytes) break;
            if (body.Length - at < _start.Length + _checkBytes || !IsRight(body[at..])) continue;
            payload = new(at + _start.Length, body.Length - _checkBytes);
            return true;
        }

        bad++;
        return false;
    }

    int Hopeless(ReadOnlySpan<byte> rest)
    {
        var longest = _frame.MaxBytes + _delimiter.Length;
        if (_start.Length > 0 && rest.Length >= _start.Length)
        {
            var first = rest[Math.Max(0, rest.Length - longest)..].IndexOf(_start);
            return first < 0 ? Math.Max(0, rest.Length - _start.Length + 1) : Math.Max(0, rest.Length - longest) + first;
        }

        // Without a start mark an over-long line is noise up to its delimiter;
        // its front keeps one byte so that its end is not taken for a line.
        return rest.Length > longest ? rest.Length - longest : 0;
    }

    FrameFound ReadSized(ReadOnlySpan<byte> bytes, bool silent)
    {
        var bad = 0;
        for (var at = 0; ; at++)
        {
            var skip = _start.Length == 0 ? 0 : bytes[at..].IndexOf(_start);
            if (skip < 0)
            {
                var drop = silent ? bytes.Length : Math.Max(at, bytes.Length - _start.Length + 1);
                return new(false, default, drop, drop, bad);
            }

            at += skip;
            var length = LengthOf(bytes[at..]);
            if (length > 0 && length <= bytes.Length - at)
            {
                if (IsRight(bytes.Slice(at, length))) return new(true, new(at, at + length - _checkBytes), at + length, at, bad);
                bad++;
            }
            else if (length >= 0 && !silent) return new(false, default, at, at, bad);

            if (at >= bytes.Length) return new(false, default, bytes.Length, bytes.Length, bad);
        }
    }

    // The length of the frame that starts here, 0 while its length field is not there, -1 when it cannot be one.
    int LengthOf(ReadOnlySpan<byte> rest)
    {
        if (_frame.Kind == FrameKind.Fixed) return _frame.LengthBytes;
        if (rest.Length < _frame.LengthOffset + _frame.LengthSize) return 0;
        var field = rest[_frame.LengthOffset..];
        long number = (_frame.LengthSize, _frame.LengthBigEndian) switch
        {
            (1, _) => field[0],
            (2, true) => BinaryPrimitives.ReadUInt16BigEndian(field),
            (2, false) => BinaryPrimitives.ReadUInt16LittleEndian(field),
            (_, true) => BinaryPrimitives.ReadUInt32BigEndian(field),
            _ => BinaryPrimitives.ReadUInt32LittleEndian(field),
        };
        number += _frame.LengthAdds;
        var least = Math.Max(_frame.LengthOffset + _frame.LengthSize, _start.Length) + _checkBytes;
        return number < least || number > _frame.MaxBytes ? -1 : (int)number;
    }

    bool IsRight(ReadOnlySpan<byte> frame)
    {
        if (_frame.Check == CheckKind.None) return true;
        var covered = frame.Length - _checkBytes;
        if (covered < _frame.CheckFrom) return false;
        var check = frame[covered..];
        if (_frame.CheckMark is { } mark)
        {
            if (check[0] != mark) return false;
            check = check[1..];
        }

        uint seen = 0;
        if (_frame.CheckHex)
        {
            if (!Utf8Parser.TryParse(check, out seen, out var used, 'X') || used != check.Length) return false;
            if (!_frame.CheckBigEndian && Checksum.SizeBytes(_frame.Check) > 1) seen = Reverse(seen);
        }
        else
            for (var i = 0; i < check.Length; i++) seen |= (uint)check[_frame.CheckBigEndian ? check.Length - 1 - i : i] << (8 * i);
        return seen == Checksum.Compute(_frame.Check, frame[_frame.CheckFrom..covered]);
    }

    uint Reverse(uint seen) =>
        Checksum.SizeBytes(_frame.Check) == 2 ? BinaryPrimitives.ReverseEndianness((ushort)seen) : BinaryPrimitives.ReverseEndianness(seen);
}
