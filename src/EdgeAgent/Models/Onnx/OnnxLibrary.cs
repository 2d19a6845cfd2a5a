using System.Runtime.InteropServices;
using EdgeAgent.Libraries;
using EdgeAgent.Native.OnnxRuntime;
using Microsoft.ML.OnnxRuntime;

namespace EdgeAgent.Models.Onnx;

/// <summary>ONNX Runtime's shared library, loaded once a process, with its one environment.</summary>
/// <remarks>
/// Looked for in <c>EDGE_AGENT_NATIVE_DIR</c>, then where all libraries are. Sessions of one process share one arena, bounded by
/// <see cref="ArenaMaxBytes"/>. Any thread; never unloaded, since its thread pools outlive sessions.
/// </remarks>
sealed class OnnxLibrary
{
    /// <summary>File name of the library on Linux.</summary>
    public const string FileName = "libonnxruntime.so.1";

    static readonly Lock Gate = new();
    static OnnxLibrary? _loaded;
    readonly OrtTable _table;

    OnnxLibrary(OrtTable table, string path, long arenaMaxBytes)
    {
        (_table, Path, ArenaMaxBytes) = (table, path, arenaMaxBytes);
        // Fatal: every error comes back as an exception with its message, so none is printed as well.
        var options = new EnvironmentCreationOptions { logId = "edge-agent", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        var environment = OrtEnv.CreateInstanceWithOptions(ref options);
        environment.DisableTelemetryEvents();
        // Strategy 1 takes what is asked for instead of doubling: a gateway's memory should not jump. -1 leaves the default.
        using var arena = new OrtArenaCfg((uint)arenaMaxBytes, 1, 64 << 10, -1);
        environment.CreateAndRegisterAllocator(ArenaMemory, arena);
        Providers = [.. environment.GetAvailableProviders()
            .Select(name => name.Replace("ExecutionProvider", "", StringComparison.Ordinal).ToLowerInvariant())];
    }

    /// <summary>Version text of the library, such as <c>1.31.1</c>.</summary>
    public string Version => _table.Version;

    /// <summary>The file it was loaded from.</summary>
    public string Path { get; }

    /// <summary>Upper bound of the arena that all sessions share [bytes, below 4 GiB];
    /// a run that needs more fails with a message.</summary>
    public long ArenaMaxBytes { get; }

    /// <summary>Names of the execution providers in this library, as <c>cpu</c>, <c>xnnpack</c>.</summary>
    public IReadOnlyList<string> Providers { get; }

    /// <summary>Names the shared arena; the package's own default names plain memory.</summary>
    internal OrtMemoryInfo ArenaMemory { get; } = new("Cpu", OrtAllocatorType.ArenaAllocator, 0, OrtMemType.Default);

    /// <summary>Whether the library is there and loaded.</summary>
    public static bool IsLoaded
    {
        get
        {
            lock (Gate) return _loaded is not null;
        }
    }

    /// <summary>Loads the library, or gives the one already loaded.</summary>
    /// <param name="arenaMaxBytes">See <see cref="ArenaMaxBytes"/>; only the first call sets it.</param>
    /// <exception cref="OnnxException">No library was found, it cannot be loaded, or it is too old;
    /// the message says where it was looked for.</exception>
    public static OnnxLibrary Load(long arenaMaxBytes = 256L << 20)
    {
        lock (Gate) return _loaded ??= Open(arenaMaxBytes);
    }

    /// <summary>What an arena of a session holds.</summary>
    internal ArenaUse ReadArena(OrtAllocator allocator) =>
        _table.ReadArena(allocator.DangerousGetHandle());

    static OnnxLibrary Open(long arenaMaxBytes)
    {
        var configured = Environment.GetEnvironmentVariable("EDGE_AGENT_NATIVE_DIR");
        string[] folders = string.IsNullOrEmpty(configured) ? [.. NativeLibraries.Folders()] : [configured, AppContext.BaseDirectory];
        foreach (var folder in folders)
        {
            var path = System.IO.Path.Combine(folder, FileName);
            if (!File.Exists(path)) continue;
            if (!NativeLibrary.TryLoad(path, out var handle))
                throw new OnnxException($"{path} cannot be loaded. It needs glibc and libstdc++ of this machine's architecture "
                    + $"({RuntimeInformation.ProcessArchitecture}).");
            var table = OrtTable.Of(handle) ?? throw new OnnxException($"{path} is not ONNX Runtime: it has no OrtGetApiBase.");
            if (!table.IsUsable)
                throw new OnnxException($"{path} is ONNX Runtime {table.Version}; at least 1.{OrtTable.ApiVersion} is needed.");
            // The managed API looks for the library by names of its own unless told where it is.
            OrtEnv.DisableDllImportResolver = true;
            NativeLibrary.SetDllImportResolver(typeof(OrtEnv).Assembly, (name, _, _) => name == "onnxruntime" ? handle : 0);
            return new OnnxLibrary(table, path, arenaMaxBytes);
        }

        throw new OnnxException(
            $"{FileName} was not found in {string.Join(" or ", folders)}. Copy it there, or set EDGE_AGENT_NATIVE_DIR to its folder.");
    }
}
