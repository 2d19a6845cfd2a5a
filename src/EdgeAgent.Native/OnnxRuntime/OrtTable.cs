using System.Globalization;
using System.Runtime.InteropServices;

namespace EdgeAgent.Native.OnnxRuntime;

/// <summary>What the managed API of ONNX Runtime does not tell: a library's version before it is used,
/// and what an allocator holds.</summary>
/// <remarks>
/// Three functions of the table that <c>OrtGetApiBase</c> gives, by place. The table only grows at its end, so a place is good for every
/// later library. Source: <c>onnxruntime_c_api.h</c> 1.31, order of the members of <c>OrtApi</c>. Any thread; the library stays loaded.
/// </remarks>
public sealed unsafe class OrtTable
{
    /// <summary>The table version asked for: that of the managed API, <c>Microsoft.ML.OnnxRuntime</c> 1.31.</summary>
    public const int ApiVersion = 31;

    const int ReleaseStatus = 93, GetKeyValue = 297, ReleaseKeyValuePairs = 300, AllocatorGetStats = 319;
    readonly nint* _functions;

    OrtTable(nint* functions, string version)
    {
        _functions = functions;
        Version = version;
    }

    /// <summary>Version text of the library, such as <c>1.31.1</c>.</summary>
    public string Version { get; }

    /// <summary>Whether the library has the table asked for.</summary>
    public bool IsUsable => _functions is not null;

    /// <summary>Looks at a loaded library; null when it is not ONNX Runtime.</summary>
    public static OrtTable? Of(nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "OrtGetApiBase", out var entry)) return null;
        // OrtApiBase is two functions: GetApi(version), GetVersionString().
        var apiBase = ((delegate* unmanaged<nint*>)entry)();
        var version = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)apiBase[1])()) ?? "?";
        // A library that lacks the table would print to standard error, so its version is looked at first.
        var isOld = version.Split('.') is [_, var minor, ..]
            && int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n < ApiVersion;
        return new OrtTable(isOld ? null : ((delegate* unmanaged<uint, nint*>)apiBase[0])(ApiVersion), version);
    }

    /// <summary>Bytes an arena holds and the most of them in use at once; zeros when it does not say.</summary>
    /// <param name="allocator">Handle of an <c>OrtAllocator</c> that lives as long as the call.</param>
    public ArenaUse ReadArena(nint allocator)
    {
        nint stats = 0;
        var status = ((delegate* unmanaged<nint, nint*, nint>)_functions[AllocatorGetStats])(allocator, &stats);
        if (status != 0) ((delegate* unmanaged<nint, void>)_functions[ReleaseStatus])(status);
        if (stats == 0) return default;
        var read = new ArenaUse(Read(stats, "TotalAllocated"u8), Read(stats, "MaxInUse"u8));
        ((delegate* unmanaged<nint, void>)_functions[ReleaseKeyValuePairs])(stats);
        return read;
    }

    // The name is a literal, which ends with a zero; the text belongs to the pairs.
    long Read(nint stats, ReadOnlySpan<byte> name)
    {
        fixed (byte* key = name)
        {
            var text = ((delegate* unmanaged<nint, byte*, nint>)_functions[GetKeyValue])(stats, key);
            return text != 0 && long.TryParse(Marshal.PtrToStringUTF8(text), out var value) ? value : 0;
        }
    }
}
