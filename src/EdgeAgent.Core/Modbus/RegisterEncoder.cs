using System.Buffers.Binary;

namespace EdgeAgent.Core.Modbus;

/// <summary>Turns a physical value into registers: for writes and for simulators. The opposite of <see cref="RegisterFormat"/>.</summary>
public static class RegisterEncoder
{
    /// <summary>Encodes <paramref name="value"/>.</summary>
    /// <param name="settings">Type, order and scale; bit fields and text cannot be encoded.</param>
    /// <param name="unitOrder">Order where the settings name none.</param>
    /// <param name="value">Physical value.</param>
    /// <param name="bytes">Room for <c>2 × Width</c> bytes.</param>
    /// <returns>False when the value does not fit the type.</returns>
    public static bool TryEncode(RegisterSettings settings, ByteOrder unitOrder, double value, Span<byte> bytes)
    {
        if (settings.FirstBit is not null || settings.Type is RegisterType.Text or RegisterType.Bit) return false;
        var raw = (value - settings.Offset) / settings.Scale;
        if (!TryRaw(settings.Type, raw, out var bits)) return false;
        var size = 2 * settings.Width;
        Span<byte> big = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(big, bits);
        big[(8 - size)..].CopyTo(bytes);
        Reorder(bytes[..size], settings.Order ?? unitOrder);
        return true;
    }

    static bool TryRaw(RegisterType type, double raw, out ulong bits)
    {
        bits = 0;
        if (!double.IsFinite(raw)) return false;
        if (type == RegisterType.F32)
        {
            bits = BitConverter.SingleToUInt32Bits((float)raw);
            return float.IsFinite((float)raw);
        }

        if (type == RegisterType.F64)
        {
            bits = BitConverter.DoubleToUInt64Bits(raw);
            return true;
        }

        raw = Math.Round(raw);
        var (low, high) = type switch
        {
            RegisterType.U16 => (0, 65535d),
            RegisterType.I16 => (-32768d, 32767),
            RegisterType.U32 => (0, uint.MaxValue),
            RegisterType.I32 => (int.MinValue, int.MaxValue),
            RegisterType.I64 => (-9.2e18, 9.2e18),
            RegisterType.Bcd16 => (0, 9999),
            RegisterType.Bcd32 => (0, 99_999_999),
            RegisterType.Bcd64 => (0, 9_007_199_254_740_992d),
            _ => (0, 1.8e19),
        };
        if (raw < low || raw > high) return false;
        bits = type switch
        {
            RegisterType.Bcd16 or RegisterType.Bcd32 or RegisterType.Bcd64 => ToBcd((ulong)raw),
            RegisterType.U64 => (ulong)raw,
            _ => (ulong)(long)raw,
        };
        return true;
    }

    static ulong ToBcd(ulong number)
    {
        var bits = 0UL;
        for (var shift = 0; number > 0; shift += 4, number /= 10) bits |= number % 10 << shift;
        return bits;
    }

    static void Reorder(Span<byte> bytes, ByteOrder order)
    {
        if (order is ByteOrder.Dcba or ByteOrder.Cdab) bytes.Reverse();
        if (order is ByteOrder.Abcd or ByteOrder.Dcba) return;
        for (var i = 0; i + 1 < bytes.Length; i += 2) (bytes[i], bytes[i + 1]) = (bytes[i + 1], bytes[i]);
    }
}
