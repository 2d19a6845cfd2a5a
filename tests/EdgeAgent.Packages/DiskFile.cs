using Microsoft.Win32.SafeHandles;

namespace EdgeAgent.Packages;

/// <summary>What a database asks of a file.</summary>
interface IDiskFile
{
    long Length { get; }

    int Read(Span<byte> into, long position);

    void Write(ReadOnlySpan<byte> bytes, long position);

    void SetLength(long length);

    void Sync();
}

/// <summary>A file on a disk.</summary>
sealed class RealFile(string path) : IDiskFile, IDisposable
{
    readonly SafeFileHandle _file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite);

    public long Length => RandomAccess.GetLength(_file);

    public int Read(Span<byte> into, long position) => RandomAccess.Read(_file, into, position);

    public void Write(ReadOnlySpan<byte> bytes, long position) => RandomAccess.Write(_file, bytes, position);

    public void SetLength(long length) => RandomAccess.SetLength(_file, length);

    public void Sync() => RandomAccess.FlushToDisk(_file);

    public void Dispose() => _file.Dispose();
}

/// <summary>A file in memory whose writes, cuts and syncs are noted in the order they came.</summary>
sealed class RecordedFile(int number, List<DiskEvent> events) : IDiskFile
{
    readonly MemoryStream _bytes = new();

    public long Length => _bytes.Length;

    public int Read(Span<byte> into, long position)
    {
        _bytes.Position = position;
        return _bytes.Read(into);
    }

    public void Write(ReadOnlySpan<byte> bytes, long position)
    {
        _bytes.Position = position;
        _bytes.Write(bytes);
        events.Add(new(DiskEventKind.Write, number, position, bytes.ToArray()));
    }

    public void SetLength(long length)
    {
        _bytes.SetLength(length);
        events.Add(new(DiskEventKind.SetLength, number, length, []));
    }

    public void Sync() => events.Add(new(DiskEventKind.Sync, number, 0, []));
}

enum DiskEventKind
{
    Write,
    SetLength,
    Sync,
    Begun,
    Acknowledged,
}

/// <summary>One event; <paramref name="Position"/> is a length for <c>SetLength</c> and a commit's number for
/// <c>Begun</c> and <c>Acknowledged</c>.</summary>
readonly record struct DiskEvent(DiskEventKind Kind, int File, long Position, byte[] Bytes);
