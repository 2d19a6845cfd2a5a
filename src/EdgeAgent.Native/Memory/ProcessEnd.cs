using System.Runtime.InteropServices;

namespace EdgeAgent.Native.Memory;

/// <summary>Ends the process without the runtime's help.</summary>
/// <remarks>Source: _exit(2). No finalizers, handlers or waiting for threads:
/// for a process whose memory or state cannot be relied on.</remarks>
public static partial class ProcessEnd
{
    /// <summary>Ends it now, with this exit code.</summary>
    [LibraryImport("libc", EntryPoint = "_exit")]
    public static partial void Now(int exitCode);
}
