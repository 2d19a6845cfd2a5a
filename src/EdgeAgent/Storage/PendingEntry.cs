namespace EdgeAgent.Storage;

/// <summary>The newest waiting entry of one unit of a stage.</summary>
sealed class PendingEntry
{
    byte[] _bytes = [];
    int _length;

    /// <summary>Sequence of the state row it belongs to.</summary>
    public long Sequence { get; set; }

    /// <summary>Version of the entry.</summary>
    public int FormatVersion { get; set; }

    /// <summary>The record that was last written with this entry as its base: a second entry of the same record is written whole.</summary>
    public long BaseOf { get; set; }

    /// <summary>The entry.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Takes a new entry; keeps its memory when the length allows.</summary>
    public void Set(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _bytes.Length) _bytes = new byte[bytes.Length + bytes.Length / 8];
        bytes.CopyTo(_bytes);
        _length = bytes.Length;
    }
}
