using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace EdgeAgent.Storage;

/// <summary>Reads how many frames of the WAL are committed, from the WAL-index (<c>-shm</c>).</summary>
/// <remarks>
/// Source: sqlite.org/walformat.html §2.1: mxFrame is a native-endian u32 at offset 16. Closing any descriptor of a file drops
/// the process's POSIX locks on it, so this one is opened after the connections and closed after them.
/// </remarks>
sealed class WalIndex(string databasePath) : IDisposable
{
    /// <summary>Bytes before the first frame.</summary>
    public const int HeaderBytes = 32;

    /// <summary>Bytes of a frame: its header and a page.</summary>
    public const int FrameBytes = 24 + Database.PageBytes;

    readonly SafeFileHandle _handle =
        File.OpenHandle(databasePath + "-shm", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>Length of the valid part of the WAL [bytes]; 0 after a checkpoint.</summary>
    public long ValidBytes()
    {
        Span<byte> field = stackalloc byte[4];
        var read = RandomAccess.Read(_handle, field, 16);
        var frames = read < 4 ? 0u
            : BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(field)
            : BinaryPrimitives.ReadUInt32BigEndian(field);
        return frames == 0 ? 0 : HeaderBytes + (long)frames * FrameBytes;
    }

    /// <summary>Cuts a WAL behind its valid part and syncs it, so that frames of a failed commit cannot come back.</summary>
    public static void CutTail(string databasePath, long validBytes)
    {
        var path = databasePath + "-wal";
        if (!File.Exists(path)) return;
        using var wal = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        if (RandomAccess.GetLength(wal) > validBytes) RandomAccess.SetLength(wal, validBytes);
        RandomAccess.FlushToDisk(wal);
    }

    public void Dispose() => _handle.Dispose();
}
