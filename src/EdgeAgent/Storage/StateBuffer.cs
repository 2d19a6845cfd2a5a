namespace EdgeAgent.Storage;

/// <summary>The bytes of all state rows of one cut; filled under closed gates, lent to the store, filled again at the next cut.</summary>
sealed class StateBuffer
{
    byte[] _bytes = new byte[4096];
    int[] _keys = new int[64];

    public int Length { get; private set; }

    /// <summary>Keys appended.</summary>
    public int Keys { get; private set; }

    public void Clear() => (Length, Keys) = (0, 0);

    /// <summary>Some of the keys; valid until the next <see cref="AppendKey"/>.</summary>
    public ReadOnlyMemory<int> KeySlice(int start, int count) => _keys.AsMemory(start, count);

    /// <summary>Appends the key of an entry.</summary>
    public void AppendKey(int key)
    {
        if (Keys == _keys.Length) Array.Resize(ref _keys, 2 * Keys);
        _keys[Keys++] = key;
    }

    /// <summary>Part of the bytes; valid until the next <see cref="AppendBlob"/>.</summary>
    public ReadOnlyMemory<byte> Slice(int start, int length) => _bytes.AsMemory(start, length);

    /// <summary>Appends bytes with their LEB128 length before them.</summary>
    public void AppendBlob(ReadOnlySpan<byte> blob)
    {
        var needed = Length + 5L + blob.Length;
        if (needed > _bytes.Length) Array.Resize(ref _bytes, (int)Math.Max(Math.Min(2L * _bytes.Length, Array.MaxLength), needed));
        var rest = (uint)blob.Length;
        for (; rest >= 0x80; rest >>= 7) _bytes[Length++] = (byte)(rest | 0x80);
        _bytes[Length++] = (byte)rest;
        blob.CopyTo(_bytes.AsSpan(Length));
        Length += blob.Length;
    }
}
