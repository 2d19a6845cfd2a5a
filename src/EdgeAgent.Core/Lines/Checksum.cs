namespace EdgeAgent.Core.Lines;

/// <summary>Computes the checks of <see cref="CheckKind"/>.</summary>
/// <remarks>Parameters as in the CRC RevEng catalogue; each has its check value over "123456789" in the tests. Table-driven
/// (slicing by 4 for the 16-bit Modbus check, the one every poll pays). Thread-safe, does not allocate.</remarks>
public static class Checksum
{
    static readonly ushort[] ModbusTable = BuildModbus();
    static readonly ushort[] CcittTable = BuildCcitt();
    static readonly uint[] Crc32Table = BuildCrc32();

    /// <summary>Bytes a check takes in a binary frame.</summary>
    public static int SizeBytes(CheckKind kind) => kind switch
    {
        CheckKind.None => 0,
        CheckKind.Xor or CheckKind.Sum => 1,
        CheckKind.Crc32 => 4,
        _ => 2,
    };

    /// <summary>The check of <paramref name="bytes"/>; 0 for <see cref="CheckKind.None"/>.</summary>
    public static uint Compute(CheckKind kind, ReadOnlySpan<byte> bytes) => kind switch
    {
        CheckKind.Xor => Xor(bytes),
        CheckKind.Sum => Sum(bytes),
        CheckKind.Crc16Modbus => Crc16Modbus(bytes),
        CheckKind.Crc16Ccitt => Crc16Ccitt(bytes),
        CheckKind.Crc32 => Crc32(bytes),
        _ => 0,
    };

    /// <summary>Exclusive or of all bytes, as NMEA 0183 uses it.</summary>
    public static byte Xor(ReadOnlySpan<byte> bytes)
    {
        byte x = 0;
        foreach (var b in bytes) x ^= b;
        return x;
    }

    /// <summary>CRC of a Modbus RTU frame; sent low byte first (Modbus over Serial Line V1.02 §2.5.1.2).</summary>
    public static ushort Crc16Modbus(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ushort> t = ModbusTable;
        uint crc = 0xFFFF;
        while (bytes.Length >= 4)
        {
            crc = (uint)(t[(int)((crc ^ bytes[0]) & 0xFF) + 768] ^ t[(int)((crc >> 8) ^ bytes[1]) + 512] ^ t[bytes[2] + 256] ^ t[bytes[3]]);
            bytes = bytes[4..];
        }

        foreach (var b in bytes) crc = (crc >> 8) ^ t[(int)((crc ^ b) & 0xFF)];
        return (ushort)crc;
    }

    static byte Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        foreach (var b in bytes) sum += b;
        return (byte)sum;
    }

    static ushort Crc16Ccitt(ReadOnlySpan<byte> bytes)
    {
        var t = CcittTable;
        uint crc = 0xFFFF;
        foreach (var b in bytes) crc = ((crc << 8) ^ t[(int)(((crc >> 8) ^ b) & 0xFF)]) & 0xFFFF;
        return (ushort)crc;
    }

    static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var t = Crc32Table;
        var crc = uint.MaxValue;
        foreach (var b in bytes) crc = (crc >> 8) ^ t[(byte)(crc ^ b)];
        return ~crc;
    }

    static ushort[] BuildModbus()
    {
        var table = new ushort[1024];
        for (var i = 0; i < 256; i++)
        {
            uint crc = (uint)i;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xA001 : crc >> 1;
            table[i] = (ushort)crc;
        }

        for (var i = 256; i < 1024; i++) table[i] = (ushort)((table[i - 256] >> 8) ^ table[table[i - 256] & 0xFF]);
        return table;
    }

    static ushort[] BuildCcitt()
    {
        var table = new ushort[256];
        for (var i = 0; i < 256; i++)
        {
            var crc = (uint)i << 8;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
            table[i] = (ushort)crc;
        }

        return table;
    }

    static uint[] BuildCrc32()
    {
        var table = new uint[256];
        for (var i = 0u; i < 256; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            table[i] = crc;
        }

        return table;
    }
}
