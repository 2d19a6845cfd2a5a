using System.Buffers.Text;
using EdgeAgent.Core.Lines;

namespace EdgeAgent.Core.Formats.Nmea;

/// <summary>One NMEA 0183 sentence, split in place.</summary>
/// <remarks>
/// <c>$ttsss,field,…*hh</c>: <c>tt</c> talker, <c>sss</c> type, <c>hh</c> the exclusive or of all bytes between <c>$</c> and <c>*</c>
/// in hexadecimal (NMEA 0183 §5.3; IEC 61162-1 §7.2). Field 0 is talker and type. Proprietary sentences start with <c>P</c> and
/// have no talker. A leading <c>$</c> or <c>!</c> may be absent (the framer takes it off).
/// </remarks>
public ref struct NmeaSentence
{
    ReadOnlySpan<byte> _rest;

    /// <summary>Talker and type, such as <c>GPGGA</c>.</summary>
    public ReadOnlySpan<byte> Address { get; private set; }

    /// <summary>Index of the field <see cref="TryNext"/> gave last.</summary>
    public int Index { get; private set; }

    /// <summary>The type as a number: its last three letters, first letter highest; 0 when shorter.</summary>
    public readonly int TypeKey => Address.Length < 3 ? 0 : KeyOf(Address[^3..]);

    /// <summary>Opens a sentence.</summary>
    /// <param name="line">The sentence with or without its first character.</param>
    /// <param name="needCheck">Whether a sentence without a check is refused.</param>
    /// <param name="sentence">The sentence.</param>
    public static BadReason TryOpen(ReadOnlySpan<byte> line, bool needCheck, out NmeaSentence sentence)
    {
        sentence = default;
        if (line is [(byte)'$' or (byte)'!', ..]) line = line[1..];
        var star = line.LastIndexOf((byte)'*');
        if (star < 0 && needCheck) return BadReason.BadCheck;
        if (star >= 0)
        {
            var check = line[(star + 1)..];
            if (check.Length < 2 || !Utf8Parser.TryParse(check[..2], out byte seen, out var used, 'X') || used != 2
                || seen != Checksum.Xor(line[..star])) return BadReason.BadCheck;
            line = line[..star];
        }

        var comma = line.IndexOf((byte)',');
        sentence.Address = comma < 0 ? line : line[..comma];
        sentence._rest = comma < 0 ? default : line[(comma + 1)..];
        sentence._atEnd = comma < 0;
        return sentence.Address.Length is >= 3 and <= 16 ? BadReason.None : BadReason.Malformed;
    }

    bool _atEnd;

    /// <summary>Moves to the next field; an empty field is an empty span.</summary>
    public bool TryNext(out ReadOnlySpan<byte> field)
    {
        field = default;
        if (_atEnd) return false;
        Index++;
        var comma = _rest.IndexOf((byte)',');
        field = comma < 0 ? _rest : _rest[..comma];
        _atEnd = comma < 0;
        if (!_atEnd) _rest = _rest[(comma + 1)..];
        return true;
    }

    /// <summary>Three letters as a number.</summary>
    public static int KeyOf(ReadOnlySpan<byte> type) => type[0] << 16 | type[1] << 8 | type[2];
}
