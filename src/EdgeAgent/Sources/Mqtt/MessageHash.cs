using System.Buffers.Binary;
using System.Numerics;

namespace EdgeAgent.Sources.Mqtt;

/// <summary>64-bit hash of a message's topic and payload, the same in every run: it is stored in the in-flight table.</summary>
/// <remarks>Multiply–fold over 8-byte words, seeded by both lengths. Not for adversaries:
/// it tells a redelivery from its neighbours.</remarks>
static class MessageHash
{
    const ulong K0 = 0x9E37_79B9_7F4A_7C15;
    const ulong K1 = 0xD6E8_FEB8_6659_FD93;

    /// <summary>Hashes <paramref name="topic"/> followed by <paramref name="payload"/>.</summary>
    public static ulong Of(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload) =>
        Fold(payload, Fold(topic, K0 ^ ((ulong)topic.Length << 32) ^ (uint)payload.Length));

    static ulong Fold(ReadOnlySpan<byte> bytes, ulong hash)
    {
        while (bytes.Length >= 8)
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        var tail = 0UL;
        for (var i = 0; i < bytes.Length; i++) tail |= (ulong)bytes[i] << (8 * i);
        return Mix(hash ^ tail ^ BitOperations.RotateLeft(K1, bytes.Length));
    }

    static ulong Mix(ulong value)
    {
        var high = Math.BigMul(value, K1, out var low);
        return high ^ low ^ K0;
    }
}
