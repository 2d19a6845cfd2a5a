using System.Runtime.InteropServices;

namespace EdgeAgent.Native.Files;

/// <summary>Asks what a path leads to without opening it: opening a FIFO waits for its other end.</summary>
/// <remarks>statx(2), whose struct is the same on x64 and arm64: <c>stx_mode</c> u16 at offset 28 (linux/include/uapi/linux/stat.h).
/// Follows links.</remarks>
public static unsafe partial class FileKind
{
    const int AtWorkingDirectory = -100;
    const uint AskForType = 1;
    const int StatxBytes = 256;
    const int ModeOffset = 28;
    const int TypeMask = 0xF000;
    const int Regular = 0x8000;

    /// <summary>What <paramref name="path"/> is instead of a file, such as <c>a pipe</c>;
    /// null when it is a file or cannot be looked at (opening it then says why).</summary>
    public static string? NotAFile(string path)
    {
        // Twice the kernel's struct, so the call cannot write past it.
        var status = stackalloc byte[2 * StatxBytes];
        if (Statx(AtWorkingDirectory, path, 0, AskForType, status) != 0) return null;
        return (*(ushort*)(status + ModeOffset) & TypeMask) switch
        {
            Regular => null,
            0x4000 => "a directory",
            0x1000 => "a pipe",
            0xC000 => "a socket",
            _ => "a device",
        };
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, byte* status);
}
