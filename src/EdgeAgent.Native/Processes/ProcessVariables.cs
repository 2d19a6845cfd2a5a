using System.Runtime.InteropServices;

namespace EdgeAgent.Native.Processes;

/// <summary>Environment variables of this process that are for it alone.</summary>
public static partial class ProcessVariables
{
    /// <summary>Reads a variable and removes it, so that no process started from here sees it; null when it is not there.</summary>
    /// <remarks>The runtime keeps a copy for managed code; what native code starts has that of the C library.</remarks>
    public static string? Take(string name)
    {
        var value = Environment.GetEnvironmentVariable(name);
        if (value is null) return null;
        Environment.SetEnvironmentVariable(name, null);
        _ = Unset(name);
        return value;
    }

    [LibraryImport("libc", EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unset(string name);
}
