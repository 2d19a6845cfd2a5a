using System.Globalization;
using System.Text;

namespace EdgeAgent.Native.Serial;

/// <summary>The lock file of a port: <c>LCK..name</c> with the owner's process id, as UUCP and its heirs write it (FHS 3.0 §5.9).</summary>
/// <remarks>The file is also held by an advisory lock, so one left behind by a killed process is taken over at once.</remarks>
public sealed class SerialLock : IDisposable
{
    readonly FileStream _file;

    SerialLock(FileStream file) => _file = file;

    /// <summary>Takes the lock of the device <paramref name="realPath"/>.</summary>
    /// <param name="realPath">Device path with all links resolved.</param>
    /// <param name="folder">Where lock files lie; null for <c>/run/lock</c>, or the temporary folder when that cannot be written.</param>
    /// <exception cref="SerialException">Another process has it.</exception>
    public static SerialLock Take(string realPath, string? folder = null)
    {
        var name = "LCK.." + realPath.Replace("/dev/", "", StringComparison.Ordinal).Replace('/', '_');
        folder ??= Writable("/run/lock") ? "/run/lock" : Path.GetTempPath();
        var path = Path.Combine(folder, name);
        for (var attempt = 0; attempt < 10; attempt++)
        {
            if (OwnerOf(path) is { } owner && owner != Environment.ProcessId && Directory.Exists($"/proc/{owner}") && IsForeign(path))
                throw InUse(realPath, owner);
            FileStream file;
            try
            {
                file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                throw InUse(realPath, OwnerOf(path));
            }

            var text = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId,10}\n"));
            file.SetLength(0);
            file.Write(text);
            file.Flush();

            // The former owner may have deleted the file between our open and our lock; then this lock guards nothing.
            if (OwnerOf(path) == Environment.ProcessId) return new(file);
            file.Dispose();
        }

        throw InUse(realPath, OwnerOf(path));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            File.Delete(_file.Name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Left behind it does no harm: the next owner takes it over.
        }

        _file.Dispose();
    }

    internal static SerialException InUse(string path, int? owner) =>
        new(SerialFailure.InUse, owner is { } id
            ? $"{path} is held by process {id}{NameOf(id)}. Stop it, or give this source another port."
            : $"{path} is held by another process. Stop it (`fuser {path}` finds it), or give this source another port.");

    internal static string NameOf(int process)
    {
        try
        {
            return $" ({File.ReadAllText($"/proc/{process}/comm").Trim()})";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    // Other programs lock by the file's mere existence and hold no advisory lock: then a live owner counts.
    static bool IsForeign(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // By the C library: FileStream would ask for a shared lock, which the owner's lock refuses.
    static unsafe int? OwnerOf(string path)
    {
        var fd = Tty.Open(path, Tty.CloseOnExec, 0);
        if (fd < 0) return null;
        Span<byte> text = stackalloc byte[32];
        nint n;

        // 32 bytes on this stack frame.
        fixed (byte* p = text) n = Tty.Read(fd, p, text.Length);
        Tty.Close(fd);
        return n > 0 && int.TryParse(Encoding.ASCII.GetString(text[..(int)n]).Trim(), NumberStyles.None, CultureInfo.InvariantCulture,
            out var id) ? id : null;
    }

    static bool Writable(string folder)
    {
        try
        {
            var probe = Path.Combine(folder, $".edge-agent-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}");
            using (new FileStream(probe, FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose)) return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
