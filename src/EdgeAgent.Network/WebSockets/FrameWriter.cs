using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace EdgeAgent.Network.WebSockets;

/// <summary>Writes a client's frames, whole and masked, RFC 6455 §5.3: FIN and opcode · 0x80 and length · 4 bytes of mask · payload
/// XOR mask.</summary>
/// <remarks>Holds one frame until it is gone. Masks cannot be foreseen (§10.3): they come from the system's generator, by the block.
/// <paramref name="random"/> fills a block. Does not allocate. One thread at a time.</remarks>
sealed class FrameWriter(FrameWriter.Filler random)
{
    /// <summary>Longest payload of a frame [bytes].</summary>
    public const int MostBytes = 16 << 10;

    const int MaskBytes = 4;
    const byte Fin = 0x80, Masked = 0x80;
    readonly byte[] _frame = new byte[2 + 2 + MaskBytes + MostBytes];
    readonly byte[] _masks = new byte[256 * MaskBytes];
    int _start;
    int _end;
    int _maskAt = int.MaxValue;

    /// <summary>Fills bytes with random ones.</summary>
    public delegate void Filler(Span<byte> bytes);

    /// <summary>With masks of the system's generator.</summary>
    public FrameWriter() : this(RandomNumberGenerator.Fill)
    {
    }

    /// <summary>What of the frame is not yet sent.</summary>
    public ReadOnlySpan<byte> Unsent => _frame.AsSpan(_start, _end - _start);

    /// <summary>Takes sent bytes off the front.</summary>
    public void Discard(int lengthBytes) => _start += lengthBytes;

    /// <summary>Writes a frame; only when nothing is unsent, and at most <see cref="MostBytes"/>.</summary>
    public void Write(WebSocketOpcode opcode, ReadOnlySpan<byte> payload)
    {
        _frame[0] = (byte)(Fin | (byte)opcode);
        var at = 2;
        if (payload.Length < 126) _frame[1] = (byte)(Masked | payload.Length);
        else
        {
            _frame[1] = Masked | 126;
            BinaryPrimitives.WriteUInt16BigEndian(_frame.AsSpan(2), (ushort)payload.Length);
            at = 4;
        }

        if (_maskAt >= _masks.Length)
        {
            random(_masks);
            _maskAt = 0;
        }

        var mask = _masks.AsSpan(_maskAt, MaskBytes);
        _maskAt += MaskBytes;
        mask.CopyTo(_frame.AsSpan(at));
        Mask(payload, _frame.AsSpan(at + MaskBytes), mask);
        (_start, _end) = (0, at + MaskBytes + payload.Length);
    }

    static void Mask(ReadOnlySpan<byte> from, Span<byte> to, ReadOnlySpan<byte> mask)
    {
        var four = MemoryMarshal.Read<uint>(mask);
        var eight = (ulong)four << 32 | four;
        var i = 0;
        for (; i + sizeof(ulong) <= from.Length; i += sizeof(ulong))
            MemoryMarshal.Write(to[i..], MemoryMarshal.Read<ulong>(from[i..]) ^ eight);
        for (; i < from.Length; i++) to[i] = (byte)(from[i] ^ mask[i % MaskBytes]);
    }
}
