using System.Runtime.InteropServices;

namespace EdgeAgent.Native.OnnxRuntime;

/// <summary>ONNX Runtime's shared library, loaded once a process, with its one environment.</summary>
/// <remarks>
/// Looked for in <c>EDGE_AGENT_NATIVE_DIR</c>, then beside the binary. Only the C interface is used: <c>OrtGetApiBase</c>
/// gives a table of functions, called through pointers. Sessions of one process share one arena, bounded by
/// <see cref="ArenaMaxBytes"/>. Any thread; never unloaded, since its thread pools outlive sessions.
/// </remarks>
public sealed unsafe class OnnxLibrary
{
    /// <summary>File name of the library on Linux.</summary>
    public const string FileName = "libonnxruntime.so.1";

    static readonly Lock Gate = new();
    static OnnxLibrary? _loaded;
    readonly nint* _table;
    IReadOnlyList<string>? _providers;

    OnnxLibrary(nint* table, string version, string path, long arenaMaxBytes)
    {
        _table = table;
        (Version, Path, ArenaMaxBytes) = (version, path, arenaMaxBytes);
        nint env, memory, allocator;
        fixed (byte* id = "edge-agent"u8)
        {
            // Level 4 (fatal): every error comes back as a status with its message, so none is printed as well.
            Check(((delegate* unmanaged<int, byte*, nint*, nint>)this[OrtFunction.CreateEnv])(4, id, &env));
        }

        Env = env;
        Check(((delegate* unmanaged<nint, nint>)this[OrtFunction.DisableTelemetryEvents])(env));
        Check(((delegate* unmanaged<int, int, nint*, nint>)this[OrtFunction.CreateCpuMemoryInfo])(1, 0, &memory));
        CpuMemory = memory;
        Check(((delegate* unmanaged<nint*, nint>)this[OrtFunction.GetAllocatorWithDefaultOptions])(&allocator));
        DefaultAllocator = allocator;
        RegisterArena();
    }

    /// <summary>Version text of the library, such as <c>1.30.0</c>.</summary>
    public string Version { get; }

    /// <summary>The file it was loaded from.</summary>
    public string Path { get; }

    /// <summary>Upper bound of the arena that all sessions share [bytes]; a run that needs more fails with a message.</summary>
    public long ArenaMaxBytes { get; }

    internal nint Env { get; }
    internal nint CpuMemory { get; }
    internal nint DefaultAllocator { get; }

    // The table is static data of the library, which stays loaded.
    internal void* this[int function] => (void*)_table[function];

    /// <summary>Loads the library, or gives the one already loaded.</summary>
    /// <param name="arenaMaxBytes">See <see cref="ArenaMaxBytes"/>; only the first call sets it.</param>
    /// <exception cref="OnnxException">No library was found, it cannot be loaded, or it is too old; the message says where it was looked for.</exception>
    public static OnnxLibrary Load(long arenaMaxBytes = 256L << 20)
    {
        lock (Gate) return _loaded ??= Open(arenaMaxBytes);
    }

    /// <summary>Names of the execution providers in this library, as <c>cpu</c>, <c>xnnpack</c>.</summary>
    public IReadOnlyList<string> Providers => _providers ??= ReadProviders();

    static OnnxLibrary Open(long arenaMaxBytes)
    {
        var configured = Environment.GetEnvironmentVariable("EDGE_AGENT_NATIVE_DIR");
        string[] folders = string.IsNullOrEmpty(configured) ? [AppContext.BaseDirectory] : [configured, AppContext.BaseDirectory];
        foreach (var folder in folders)
        {
            var path = System.IO.Path.Combine(folder, FileName);
            if (!File.Exists(path)) continue;
            if (!NativeLibrary.TryLoad(path, out var handle))
                throw new OnnxException($"{path} cannot be loaded. It needs glibc and libstdc++ of this machine's architecture ({RuntimeInformation.ProcessArchitecture}).");
            return OpenTable(handle, path, arenaMaxBytes);
        }

        throw new OnnxException($"{FileName} was not found in {string.Join(" or ", folders)}. Run scripts/setup, or set EDGE_AGENT_NATIVE_DIR to its folder.");
    }

    static OnnxLibrary OpenTable(nint handle, string path, long arenaMaxBytes)
    {
        if (!NativeLibrary.TryGetExport(handle, "OrtGetApiBase", out var entry))
            throw new OnnxException($"{path} is not ONNX Runtime: it has no OrtGetApiBase.");
        // OrtApiBase is two functions: GetApi(version), GetVersionString().
        var apiBase = ((delegate* unmanaged<nint*>)entry)();
        var version = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)apiBase[1])()) ?? "?";
        var table = ((delegate* unmanaged<uint, nint*>)apiBase[0])(OrtFunction.ApiVersion);
        if (table is null)
            throw new OnnxException($"{path} is ONNX Runtime {version}; at least 1.{OrtFunction.ApiVersion} is needed.");
        return new OnnxLibrary(table, version, path, arenaMaxBytes);
    }

    void RegisterArena()
    {
        nint config;
        fixed (byte* max = "max_mem"u8, strategy = "arena_extend_strategy"u8, initial = "initial_chunk_size_bytes"u8)
        {
            var keys = stackalloc byte*[3] { max, strategy, initial };
            // Strategy 1 takes what is asked for instead of doubling: a gateway's memory should not jump.
            var values = stackalloc nuint[3] { (nuint)ArenaMaxBytes, 1, 64 << 10 };
            Check(((delegate* unmanaged<byte**, nuint*, nuint, nint*, nint>)this[OrtFunction.CreateArenaCfgV2])(keys, values, 3, &config));
        }

        Check(((delegate* unmanaged<nint, nint, nint, nint>)this[OrtFunction.CreateAndRegisterAllocator])(Env, CpuMemory, config));
        ((delegate* unmanaged<nint, void>)this[OrtFunction.ReleaseArenaCfg])(config);
    }

    IReadOnlyList<string> ReadProviders()
    {
        nint* names;
        int count;
        Check(((delegate* unmanaged<nint**, int*, nint>)this[OrtFunction.GetAvailableProviders])(&names, &count));
        var list = new List<string>(count);
        for (var i = 0; i < count; i++)
            list.Add((Marshal.PtrToStringUTF8(names[i]) ?? "").Replace("ExecutionProvider", "", StringComparison.Ordinal).ToLowerInvariant());
        Check(((delegate* unmanaged<nint*, int, nint>)this[OrtFunction.ReleaseAvailableProviders])(names, count));
        return list;
    }

    /// <summary>Throws ONNX Runtime's own message when <paramref name="status"/> is not null, and releases it.</summary>
    internal void Check(nint status)
    {
        if (status == 0) return;
        var message = Take(status, out var code);
        throw new OnnxException(message, code);
    }

    /// <summary>Reads and releases a status that is not null.</summary>
    internal string Take(nint status, out int code)
    {
        code = ((delegate* unmanaged<nint, int>)this[OrtFunction.GetErrorCode])(status);
        var message = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint, nint>)this[OrtFunction.GetErrorMessage])(status)) ?? "no message";
        Release(OrtFunction.ReleaseStatus, status);
        return message;
    }

    internal void Release(int function, nint pointer)
    {
        if (pointer != 0) ((delegate* unmanaged<nint, void>)this[function])(pointer);
    }

    /// <summary>Copies a text that ONNX Runtime allocated and frees it.</summary>
    internal string TakeText(nint text)
    {
        var copy = Marshal.PtrToStringUTF8(text) ?? "";
        Check(((delegate* unmanaged<nint, nint, nint>)this[OrtFunction.AllocatorFree])(DefaultAllocator, text));
        return copy;
    }
}
