using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using EdgeAgent.Core.Formats;

namespace EdgeAgent.Core.Modbus;

/// <summary>How one value is read from the data of an answer.</summary>
/// <remarks>Pure, does not allocate. The caller has made sure that the data is long enough. Scaled as payloads are, by
/// <see cref="LinearScale"/>.</remarks>
public readonly struct RegisterFormat
{
    readonly RegisterType _type;
    readonly ByteOrder _order;
    readonly byte _firstBit;
    readonly ulong _bitMask;
    readonly LinearScale? _scale;
    readonly double _min;
    readonly double _max;

    /// <summary>The format of <paramref name="settings"/>, in <paramref name="unitOrder"/> where it names none.</summary>
    public RegisterFormat(RegisterSettings settings, ByteOrder unitOrder)
    {
        _type = settings.IsBits ? RegisterType.Bit : settings.Type;
        _order = settings.Order ?? unitOrder;
        _firstBit = (byte)(settings.FirstBit ?? 0);
        _bitMask = settings.FirstBit is null ? 0 : settings.BitCount >= 64 ? ulong.MaxValue : (1UL << settings.BitCount) - 1;
        var scale = new LinearScale(settings.Scale, settings.Offset);
        (_scale, _min, _max) = (scale.IsOne ? null : scale, settings.Min, settings.Max);
    }

    /// <summary>Reads the value.</summary>
    /// <param name="data">The data of an answer.</param>
    /// <param name="position">First byte of the value; for bits the number of the bit.</param>
    /// <param name="value">The physical value.</param>
    public ValueStatus Read(ReadOnlySpan<byte> data, int position, out double value)
    {
        switch (_type)
        {
            case RegisterType.Bit:
                value = (data[position >> 3] >> (position & 7)) & 1;
                break;
            case RegisterType.F32:
                value = BitConverter.UInt32BitsToSingle(Raw32(data[position..]));
                break;
            case RegisterType.F64:
                value = BitConverter.UInt64BitsToDouble(Raw64(data[position..]));
                break;
            case RegisterType.U16 or RegisterType.I16 or RegisterType.Bcd16:
                if (!Integer(Raw16(data[position..]), 16, out value)) return ValueStatus.Invalid;
                break;
            case RegisterType.U32 or RegisterType.I32 or RegisterType.Bcd32:
                if (!Integer(Raw32(data[position..]), 32, out value)) return ValueStatus.Invalid;
                break;
            default:
                if (!Integer(Raw64(data[position..]), 64, out value)) return ValueStatus.Invalid;
                break;
        }

        if (_scale is not null) value = _scale.Of(value);
        if (!double.IsFinite(value)) return ValueStatus.Invalid;
        return value >= _min && value <= _max ? ValueStatus.Ok : ValueStatus.OutOfRange;
    }

    /// <summary>Reads ASCII text up to the first NUL, without blanks at the ends; bytes outside 0x20–0x7E become <c>?</c>.</summary>
    public static string ReadText(ReadOnlySpan<byte> data, ByteOrder order)
    {
        var text = new StringBuilder();
        var swap = order is ByteOrder.Badc or ByteOrder.Dcba ? 1 : 0;
        for (var i = 0; i < data.Length; i++)
        {
            var b = data[i ^ swap];
            if (b == 0) break;
            text.Append(b is >= 0x20 and <= 0x7E ? (char)b : '?');
        }

        return text.ToString().Trim();
    }

    bool Integer(ulong raw, int bits, out double value)
    {
        value = 0;
        if (_bitMask != 0)
        {
            value = (raw >> _firstBit) & _bitMask;
            return true;
        }

        switch (_type)
        {
            case RegisterType.I16 or RegisterType.I32 or RegisterType.I64:
                value = (long)(raw << (64 - bits)) >> (64 - bits);
                return true;
            case RegisterType.Bcd16 or RegisterType.Bcd32 or RegisterType.Bcd64:
                return TryBcd(raw, out value);
            default:
                value = raw;
                return true;
        }
    }

    static bool TryBcd(ulong raw, out double value)
    {
        var number = 0L;
        for (var shift = 60; shift >= 0; shift -= 4)
        {
            var digit = (int)(raw >> shift) & 0xF;
            value = 0;
            if (digit > 9) return false;
            number = number * 10 + digit;
        }

        value = number;
        return true;
    }

    uint Raw16(ReadOnlySpan<byte> bytes) => _order is ByteOrder.Abcd or ByteOrder.Cdab
        ? BinaryPrimitives.ReadUInt16BigEndian(bytes)
        : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    uint Raw32(ReadOnlySpan<byte> bytes)
    {
        var raw = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return _order switch
        {
            ByteOrder.Abcd => raw,
            ByteOrder.Cdab => BitOperations.RotateLeft(raw, 16),
            ByteOrder.Badc => BitOperations.RotateLeft(BinaryPrimitives.ReverseEndianness(raw), 16),
            _ => BinaryPrimitives.ReverseEndianness(raw),
        };
    }

    ulong Raw64(ReadOnlySpan<byte> bytes)
    {
        var raw = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        return _order switch
        {
            ByteOrder.Abcd => raw,
            ByteOrder.Cdab => SwapBytesInWords(BinaryPrimitives.ReverseEndianness(raw)),
            ByteOrder.Badc => SwapBytesInWords(raw),
            _ => BinaryPrimitives.ReverseEndianness(raw),
        };
    }

    static ulong SwapBytesInWords(ulong raw) => ((raw & 0x00FF00FF00FF00FF) << 8) | ((raw >> 8) & 0x00FF00FF00FF00FF);
}
