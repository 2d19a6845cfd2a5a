using System.Buffers.Binary;
using System.Security.Cryptography;
using EdgeAgent.Native.Files;
using Microsoft.Win32.SafeHandles;

namespace EdgeAgent.Storage;

/// <summary>The journal, <c>edge-agent.db-commits</c>: records of commits that the tables do not hold yet, written in place.</summary>
/// <remarks>
/// <para>Blocks of 4 KiB, all written once when the file is made, so that a commit changes neither its length nor the file system's maps
/// and fdatasync(2) writes the record's blocks and nothing else. A record begins with a block: crc u32 over all that follows, length u32,
/// round u64, number u64, the bytes; the rest of its last block is zero. No block that holds a record of the round is written
/// again, so a torn write can only hit the record under way.</para>
/// <para>A round is a random number; <c>mark</c> holds that of the records which count. Numbers of a round are 1, 2, 3 … from the front
/// of the file; the first that is missing or not whole ends them. A new round begins in the transaction that puts what the last
/// one said into the tables.</para>
/// <para>After a failed write the record may lie whole in the file or not, and nobody was told that it is durable: the round is
/// <see cref="IsSpent"/> and takes no more. Commit thread.</para>
/// </remarks>
sealed class CommitJournal : IDisposable
{
    /// <summary>Bytes of a block.</summary>
    public const int BlockBytes = 4096;

    /// <summary>Bytes before a record's own.</summary>
    public const int HeaderBytes = 24;

    const int BufferBytes = 8 * BlockBytes;
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    readonly SafeFileHandle _file;
    readonly byte[] _buffer = new byte[BufferBytes];
    long _end;

    CommitJournal(SafeFileHandle file) => (_file, Length) = (file, RandomAccess.GetLength(file));

    /// <summary>Bytes of the file.</summary>
    public long Length { get; }

    /// <summary>The round that is written.</summary>
    public long Round { get; private set; }

    /// <summary>Number of the last record that is durable; 0 for none.</summary>
    public long Last { get; private set; }

    /// <summary>Whether a write failed, so that nothing may follow in this round.</summary>
    public bool IsSpent { get; set; }

    /// <summary>Called when a record has been synced; for tests that cut the power.</summary>
    public Action? Synced { get; set; }

    /// <summary>A round that never was.</summary>
    public static long NewRound() => BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(8));

    /// <summary>Opens a file that is there; null when there is none, or one that this program did not make.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static CommitJournal? TryOpen(string path, bool toWrite = true)
    {
        var info = new FileInfo(path);
        if (!info.Exists || info.LinkTarget is not null || info.Length < BlockBytes || info.Length % BlockBytes != 0) return null;
        return new CommitJournal(File.OpenHandle(path, FileMode.Open, toWrite ? FileAccess.ReadWrite : FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete));
    }

    /// <summary>Makes a file of zeros, durable with its name, in place of what is there; null when the disk does not take it.</summary>
    public static CommitJournal? TryCreate(string path, long bytes)
    {
        var draft = path + "-new";
        try
        {
            File.Delete(draft);
            using (var file = new FileStream(draft, new FileStreamOptions
            {
                // A new file (O_EXCL): whoever put a link here must not have us write where it leads.
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                PreallocationSize = bytes,
                UnixCreateMode = OwnerOnly,
                BufferSize = 0,
            }))
            {
                var zeros = new byte[16 * BlockBytes];
                for (var at = 0L; at < bytes; at += zeros.Length)
                    DurableFile.Write(file.SafeFileHandle, zeros.AsSpan(0, (int)Math.Min(zeros.Length, bytes - at)), at);
                RandomAccess.FlushToDisk(file.SafeFileHandle);
            }

            File.Move(draft, path, overwrite: true);
            DurableFile.SyncDirectory(Path.GetDirectoryName(path)!);
            return TryOpen(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            try
            {
                File.Delete(draft);
            }
            catch (Exception again) when (again is IOException or UnauthorizedAccessException)
            {
                // It is written over at the next try.
            }

            return null;
        }
    }

    /// <summary>Whether a record of so many bytes has room.</summary>
    public bool HasRoom(long bytes) => _end + Blocks(bytes) <= Length;

    /// <summary>Reads the records of a round in order; what comes next is written behind them.</summary>
    /// <param name="round">The round.</param>
    /// <param name="through">Number of the last record to take.</param>
    /// <param name="take">Takes a record; false when it is none.</param>
    /// <param name="why">What is wrong, when something is.</param>
    /// <returns>False when a record is missing or damaged before one that is whole: that was durable once.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public bool TryRead(long round, long through, Func<ReadOnlySpan<byte>, bool> take, out string why)
    {
        (Round, Last, _end, why) = (round, 0, 0, "");
        var record = new byte[BufferBytes];
        while (Last < through && TryReadRecord(_end, Last + 1, ref record, out _, out var length))
        {
            if (!take(record.AsSpan(HeaderBytes, length)))
            {
                why = $"pending commit {Last + 1} is not understood";
                return false;
            }

            Last++;
            _end += Blocks(length);
        }

        if (Last == through) return true;
        for (var at = _end; at < Length; at += BlockBytes)
        {
            if (!TryReadRecord(at, 0, ref record, out var number, out _) || number <= Last + 1) continue;
            why = $"pending commit {Last + 1} fails its checksum";
            return false;
        }

        return true;
    }

    /// <summary>Makes a record durable behind the last; <see cref="HasRoom"/> said yes.</summary>
    /// <exception cref="IOException">It is not known to be durable; the round is spent.</exception>
    public void Append(ReadOnlySpan<byte> record)
    {
        if (IsSpent) throw new InvalidOperationException("a round of pending commits that failed goes on");
        IsSpent = true; // until it is known
        var header = _buffer.AsSpan(0, HeaderBytes);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], record.Length);
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], Round);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], Last + 1);
        BinaryPrimitives.WriteUInt32LittleEndian(header, RecordCrc(header, record));
        var (at, filled) = (_end, HeaderBytes);
        do
        {
            var taken = Math.Min(record.Length, BufferBytes - filled);
            record[..taken].CopyTo(_buffer.AsSpan(filled));
            record = record[taken..];
            var whole = (filled + taken + BlockBytes - 1) / BlockBytes * BlockBytes;
            _buffer.AsSpan(filled + taken, whole - filled - taken).Clear();
            DurableFile.Write(_file, _buffer.AsSpan(0, whole), at);
            (at, filled) = (at + whole, 0);
        } while (!record.IsEmpty);

        Sync();
        (_end, IsSpent) = (at, false);
        Last++;
    }

    /// <summary>The tables hold all records: the next begins at the front in a new round.</summary>
    public void Restart(long round) => (Round, Last, _end, IsSpent) = (round, 0, 0, false);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    void Sync()
    {
        DurableFile.SyncData(_file);
        Synced?.Invoke();
    }

    /// <summary>Reads the record that begins at <paramref name="at"/>: with this number, or with any if it is 0.</summary>
    bool TryReadRecord(long at, long wanted, ref byte[] record, out long number, out int length)
    {
        (number, length) = (0, 0);
        if (RandomAccess.Read(_file, record.AsSpan(0, HeaderBytes), at) < HeaderBytes) return false;
        length = BinaryPrimitives.ReadInt32LittleEndian(record.AsSpan(4));
        number = BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(16));
        if (length <= 0 || length > Length - at - HeaderBytes || BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(8)) != Round
            || (wanted == 0 ? number <= Last : number != wanted)) return false;
        if (record.Length < HeaderBytes + length) Array.Resize(ref record, HeaderBytes + length);
        var bytes = record.AsSpan(HeaderBytes, length);
        return RandomAccess.Read(_file, bytes, at + HeaderBytes) == length
            && BinaryPrimitives.ReadUInt32LittleEndian(record) == RecordCrc(record.AsSpan(0, HeaderBytes), bytes);
    }

    static long Blocks(long recordBytes) => (HeaderBytes + recordBytes + BlockBytes - 1) / BlockBytes * BlockBytes;

    static uint RecordCrc(ReadOnlySpan<byte> header, ReadOnlySpan<byte> record)
    {
        var crc = new Crc32C();
        crc.Add(header[4..]);
        crc.Add(record);
        return crc.Value;
    }
}
