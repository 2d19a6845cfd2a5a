using System.Net.Sockets;

namespace EdgeAgent.Network.Limits;

/// <summary>Words for a process that has as many files open as it may (EMFILE).</summary>
/// <remarks>
/// Sockets, files and databases each name that in their own way, and none with what to do. The system calls it "too many open files in
/// system" for sockets, whichever limit was met; nearly always it is the process's.
/// </remarks>
public static class OpenFiles
{
    const int Enfile = 23, Emfile = 24;

    /// <summary>The process's limit, as text. Read once, before it is met: then no file can be opened to read it.</summary>
    public static string Limit { get; } = ReadLimit();

    /// <summary>Whether a failure says that no more files can be opened.</summary>
    public static bool AreSpent(Exception e) => e switch
    {
        SocketException { SocketErrorCode: SocketError.TooManyOpenSockets } => true,
        IOException { HResult: Emfile or Enfile } => true,
        _ => e.InnerException is { } inner && AreSpent(inner),
    };

    /// <summary>Whether no more files can be opened at this moment: for failures that do not say why.</summary>
    public static bool AreSpentNow()
    {
        try
        {
            File.OpenHandle("/dev/null").Dispose();
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return AreSpent(e);
        }
    }

    /// <summary>What could not be done, why, and what a person does about it.</summary>
    public static string Sentence(string what) => Sentence(what, Limit);

    internal static string Sentence(string what, string limit) =>
        $"{what}: this process has as many open files as it may ({limit}). "
        + $"Raise LimitNOFILE= in the unit (`ulimit -n` in a shell) and restart it.";

    static string ReadLimit()
    {
        try
        {
            var line = File.ReadLines("/proc/self/limits").FirstOrDefault(l => l.StartsWith("Max open files", StringComparison.Ordinal));
            return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, _, var soft, ..] ? soft : "unknown";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "unknown";
        }
    }
}
