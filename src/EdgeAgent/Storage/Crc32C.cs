using System.Buffers.Binary;
using System.Numerics;

namespace EdgeAgent.Storage;

/// <summary>CRC-32C (Castagnoli, RFC 3720 appendix B.4) over the columns of a row, so that flipped bits are found.</summary>
/// <remarks>SQLite checks pages of its WAL but not of its database file. Feed columns in their order; does not allocate.</remarks>
struct Crc32C()
{
    uint _value = uint.MaxValue;

    public readonly uint Value => ~_value;

    public void Add(long value) => _value = BitOperations.Crc32C(_value, (ulong)value);

    public void Add(ReadOnlySpan<byte> bytes)
    {
        var crc = _value;
        for (; bytes.Length >= 8; bytes = bytes[8..]) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var b in bytes) crc = BitOperations.Crc32C(crc, b);
        _value = crc;
    }
}
