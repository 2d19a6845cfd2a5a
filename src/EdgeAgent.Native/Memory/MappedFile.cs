using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeAgent.Native.Memory;

/// <summary>A whole file mapped read-only into memory.</summary>
/// <remarks>
/// Its pages belong to the page cache: the kernel takes them back when memory is short and reads them again when they are touched. That
/// holds only for a file that nobody writes to: one written to in place changes under the mapping, and touching what was cut off, or what
/// the disk can no longer read, ends the process (SIGBUS, mmap(2)). A file replaced by renaming another over it stays whole here until
/// <see cref="Dispose"/>. <see cref="WasWrittenTo"/> tells of the first, after the fact. Any thread; nobody may read after disposal.
/// </remarks>
public sealed unsafe partial class MappedFile : IDisposable
{
    const int ProtRead = 1, MapPrivate = 2;
    readonly SafeFileHandle _file;
    readonly DateTime _writtenAt;
    readonly int _length;
    void* _address;

    MappedFile(SafeFileHandle file, int length) => (_file, _length, _writtenAt) = (file, length, File.GetLastWriteTimeUtc(file));

    /// <summary>The file's bytes.</summary>
    // The mapping is this long and lives until Dispose.
    public ReadOnlySpan<byte> Bytes => new(_address, _length);

    /// <summary>Whether the file has another length or time of writing than when it was mapped.</summary>
    public bool WasWrittenTo => RandomAccess.GetLength(_file) != _length || File.GetLastWriteTimeUtc(_file) != _writtenAt;

    /// <summary>Maps an open file that is not empty, and owns it from then on.</summary>
    /// <exception cref="IOException">It cannot be mapped, is empty, or is larger than a span can be;
    /// the file stays the caller's.</exception>
    public static MappedFile Of(SafeFileHandle file)
    {
        var length = RandomAccess.GetLength(file);
        if (length is 0 || length > Array.MaxLength) throw new IOException($"a file of {length} bytes cannot be mapped");
        var mapped = new MappedFile(file, (int)length);
        // Asks for a new place: no memory of this process is touched.
        var address = Mmap(null, (nuint)length, ProtRead, MapPrivate, (int)file.DangerousGetHandle(), 0);
        if ((nint)address == -1) throw new IOException($"mmap: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        mapped._address = address;
        return mapped;
    }

    /// <summary>A path under which the very file that is open here can be opened again,
    /// whatever lies under its name by now (proc(5)).</summary>
    public string DescriptorPath => $"/proc/self/fd/{_file.DangerousGetHandle()}";

    /// <summary>Lets the mapping go; <see cref="Bytes"/> may not be touched any more. The file stays open.</summary>
    public void Unmap()
    {
        // Once: the range may belong to others afterwards.
        if (_address != null) Munmap(_address, (nuint)_length);
        _address = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Unmap();
        _file.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial void* Mmap(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Munmap(void* address, nuint length);
}
