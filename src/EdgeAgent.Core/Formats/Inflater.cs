using System.Buffers.Binary;

namespace EdgeAgent.Core.Formats;

/// <summary>Undoes DEFLATE (RFC 1951) in the wrapping of gzip (RFC 1952) or zlib (RFC 1950), with its check.</summary>
/// <remarks>
/// Codes are read bit by bit, with counts of codes by length, as in zlib's <c>puff.c</c>. Several gzip members follow each other. Output is
/// bounded. Single-threaded; keeps its tables; does not allocate but for output larger than before; never throws on input.
/// </remarks>
sealed class Inflater
{
    const int MaxBits = 15;
    const int Literals = 288;
    const int Distances = 32;

    static readonly ushort[] LengthBase = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
        163, 195, 227, 258];
    static readonly byte[] LengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
    static readonly ushort[] DistanceBase =
    [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289,
            16385, 24577,
    ];
    static readonly byte[] Order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    static readonly uint[] Crc = CrcTable();

    readonly ushort[] _literalCounts = new ushort[MaxBits + 1];
    readonly ushort[] _literals = new ushort[Literals];
    readonly ushort[] _distanceCounts = new ushort[MaxBits + 1];
    readonly ushort[] _distances = new ushort[Literals];
    readonly byte[] _lengths = new byte[Literals + Distances];
    int _at;
    uint _bits;
    int _bitCount;

    /// <summary>Undoes the wrapping that <paramref name="input"/> starts with.</summary>
    /// <returns>Where the input is broken, or longer than <paramref name="most"/> when undone; -1 when it is good.</returns>
    public int Inflate(ReadOnlySpan<byte> input, ref byte[] output, int most, out int length)
    {
        (length, _at) = (0, 0);
        while (true)
        {
            var start = length;
            var isGzip = input.Length - _at > 2 && input[_at] == 0x1F && input[_at + 1] == 0x8B;
            if (!(isGzip ? TryGzipHead(input) : TryZlibHead(input))) return _at;
            (_bits, _bitCount) = (0, 0);
            if (!TryBlocks(input, ref output, start, most, ref length)) return _at;
            var whole = output.AsSpan(start, length - start);
            if (input.Length - _at < (isGzip ? 8 : 4)) return _at;
            var isGood = isGzip
                ? BinaryPrimitives.ReadUInt32LittleEndian(input[_at..]) == Crc32(whole)
                    && BinaryPrimitives.ReadUInt32LittleEndian(input[(_at + 4)..]) == (uint)whole.Length
                : BinaryPrimitives.ReadUInt32BigEndian(input[_at..]) == Adler32(whole);
            if (!isGood) return _at;
            _at += isGzip ? 8 : 4;
            if (_at == input.Length) return -1;
            if (!isGzip) return _at;
        }
    }

    bool TryGzipHead(ReadOnlySpan<byte> input)
    {
        const int HeadCrc = 2, Extra = 4, Name = 8, Comment = 16;
        if (input.Length - _at < 10 || input[_at + 2] != 8) return false;
        var flags = input[_at + 3];
        _at += 10;
        if ((flags & Extra) != 0)
        {
            if (input.Length - _at < 2) return false;
            _at = Math.Min(input.Length, _at + 2 + BinaryPrimitives.ReadUInt16LittleEndian(input[_at..]));
        }

        for (var texts = ((flags & Name) != 0 ? 1 : 0) + ((flags & Comment) != 0 ? 1 : 0); texts > 0; texts--)
        {
            var end = input[_at..].IndexOf((byte)0);
            if (end < 0) return false;
            _at += end + 1;
        }

        if ((flags & HeadCrc) != 0) _at = Math.Min(input.Length, _at + 2);
        return true;
    }

    bool TryZlibHead(ReadOnlySpan<byte> input)
    {
        if (input.Length - _at < 2 || (input[_at] & 15) != 8 || (input[_at + 1] & 0x20) != 0
            || (input[_at] << 8 | input[_at + 1]) % 31 != 0) return false;
        _at += 2;
        return true;
    }

    bool TryBlocks(ReadOnlySpan<byte> input, ref byte[] output, int start, int most, ref int length)
    {
        while (true)
        {
            var isLast = Bits(input, 1);
            var type = Bits(input, 2);
            if (isLast < 0 || type < 0) return false;
            var isGood = type switch
            {
                0 => TryStored(input, ref output, most, ref length),
                1 => TryFixed() && TryCodes(input, ref output, start, most, ref length),
                2 => TryDynamic(input) && TryCodes(input, ref output, start, most, ref length),
                _ => false,
            };
            if (!isGood) return false;
            if (isLast == 1) return true;
        }
    }

    bool TryStored(ReadOnlySpan<byte> input, ref byte[] output, int most, ref int length)
    {
        (_bits, _bitCount) = (0, 0);
        if (input.Length - _at < 4) return false;
        int size = BinaryPrimitives.ReadUInt16LittleEndian(input[_at..]);
        if (size != (ushort)~BinaryPrimitives.ReadUInt16LittleEndian(input[(_at + 2)..])) return false;
        _at += 4;
        if (input.Length - _at < size || !Reserve(ref output, length + size, most)) return false;
        input.Slice(_at, size).CopyTo(output.AsSpan(length));
        (_at, length) = (_at + size, length + size);
        return true;
    }

    bool TryFixed()
    {
        _lengths.AsSpan(0, 144).Fill(8);
        _lengths.AsSpan(144, 112).Fill(9);
        _lengths.AsSpan(256, 24).Fill(7);
        _lengths.AsSpan(280, 8).Fill(8);
        Build(_lengths.AsSpan(0, Literals), _literalCounts, _literals);
        _lengths.AsSpan(0, 30).Fill(5);
        Build(_lengths.AsSpan(0, 30), _distanceCounts, _distances);
        return true;
    }

    bool TryDynamic(ReadOnlySpan<byte> input)
    {
        var (literals, distances, codes) = (Bits(input, 5) + 257, Bits(input, 5) + 1, Bits(input, 4) + 4);
        if (literals is < 257 or > 286 || distances is < 1 or > 30 || codes < 4) return false;
        _lengths.AsSpan(0, 19).Clear();
        for (var i = 0; i < codes; i++)
        {
            var bits = Bits(input, 3);
            if (bits < 0) return false;
            _lengths[Order[i]] = (byte)bits;
        }

        if (Build(_lengths.AsSpan(0, 19), _literalCounts, _literals) != 0) return false;
        for (var at = 0; at < literals + distances;)
        {
            var symbol = Symbol(input, _literalCounts, _literals);
            if (symbol < 0) return false;
            if (symbol < 16)
            {
                _lengths[at++] = (byte)symbol;
                continue;
            }

            if (symbol == 16 && at == 0) return false;
            var value = symbol == 16 ? _lengths[at - 1] : (byte)0;
            var extra = symbol == 16 ? Bits(input, 2) : symbol == 17 ? Bits(input, 3) : Bits(input, 7);
            var repeat = extra + (symbol == 18 ? 11 : 3);
            if (extra < 0 || at + repeat > literals + distances) return false;
            _lengths.AsSpan(at, repeat).Fill(value);
            at += repeat;
        }

        if (_lengths[256] == 0) return false;
        var left = Build(_lengths.AsSpan(0, literals), _literalCounts, _literals);
        if (left < 0 || (left > 0 && literals - _literalCounts[0] != 1)) return false;
        left = Build(_lengths.AsSpan(literals, distances), _distanceCounts, _distances);
        return left >= 0 && (left == 0 || distances - _distanceCounts[0] <= 1);
    }

    bool TryCodes(ReadOnlySpan<byte> input, ref byte[] output, int start, int most, ref int length)
    {
        while (true)
        {
            var symbol = Symbol(input, _literalCounts, _literals);
            if (symbol < 0) return false;
            if (symbol == 256) return true;
            if (symbol < 256)
            {
                if (!Reserve(ref output, length + 1, most)) return false;
                output[length++] = (byte)symbol;
                continue;
            }

            symbol -= 257;
            if (symbol >= LengthBase.Length) return false;
            var extra = Bits(input, LengthExtra[symbol]);
            var code = Symbol(input, _distanceCounts, _distances);
            if (extra < 0 || code is < 0 or > 29) return false;
            var more = Bits(input, code < 2 ? 0 : (code - 2) / 2);
            var (count, distance) = (LengthBase[symbol] + extra, DistanceBase[code] + more);
            if (more < 0 || distance > length - start || !Reserve(ref output, length + count, most)) return false;
            for (; count > 0; count--, length++) output[length] = output[length - distance];
        }
    }

    /// <summary>Makes the tables of a code from the lengths of its symbols.</summary>
    /// <returns>0 for a whole code, above 0 when some are left over, below 0 when there are too many.</returns>
    static int Build(ReadOnlySpan<byte> lengths, ushort[] counts, ushort[] symbols)
    {
        Array.Clear(counts);
        foreach (var length in lengths) counts[length]++;
        var left = 1;
        for (var bits = 1; bits <= MaxBits; bits++)
        {
            left = (left << 1) - counts[bits];
            if (left < 0) return left;
        }

        Span<ushort> offsets = stackalloc ushort[MaxBits + 1];
        offsets.Clear();
        for (var bits = 1; bits < MaxBits; bits++) offsets[bits + 1] = (ushort)(offsets[bits] + counts[bits]);
        for (var symbol = 0; symbol < lengths.Length; symbol++)
            if (lengths[symbol] != 0) symbols[offsets[lengths[symbol]]++] = (ushort)symbol;
        return left;
    }

    int Symbol(ReadOnlySpan<byte> input, ushort[] counts, ushort[] symbols)
    {
        var (code, first, index) = (0, 0, 0);
        for (var bits = 1; bits <= MaxBits; bits++)
        {
            var bit = Bits(input, 1);
            if (bit < 0) return -1;
            code |= bit;
            int count = counts[bits];
            if (code - count < first) return symbols[index + (code - first)];
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }

        return -1;
    }

    int Bits(ReadOnlySpan<byte> input, int count)
    {
        while (_bitCount < count)
        {
            if (_at >= input.Length) return -1 << 20;
            _bits |= (uint)input[_at++] << _bitCount;
            _bitCount += 8;
        }

        var value = (int)(_bits & ((1u << count) - 1));
        _bits >>= count;
        _bitCount -= count;
        return value;
    }

    static bool Reserve(ref byte[] output, int length, int most)
    {
        if (length > most) return false;
        if (output.Length < length) Array.Resize(ref output, Math.Min(most, Math.Max(2 * output.Length, length)));
        return true;
    }

    static uint Adler32(ReadOnlySpan<byte> bytes)
    {
        var (a, b) = (1u, 0u);
        foreach (var c in bytes)
        {
            a = (a + c) % 65_521;
            b = (b + a) % 65_521;
        }

        return b << 16 | a;
    }

    static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = ~0u;
        foreach (var c in bytes) crc = Crc[(byte)(crc ^ c)] ^ crc >> 8;
        return ~crc;
    }

    static uint[] CrcTable()
    {
        var table = new uint[256];
        for (var i = 0u; i < 256; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? 0xEDB88320 ^ crc >> 1 : crc >> 1;
            table[i] = crc;
        }

        return table;
    }
}
