using System.Runtime.InteropServices;
using System.Text;

namespace EdgeAgent.Native.OnnxRuntime;

/// <summary>A loaded model.</summary>
/// <remarks>
/// Made from the file's bytes, so that what was hashed is what runs; the bytes may go when the constructor returns, unless
/// <see cref="OnnxSessionOptions.InPlace"/>. ONNX Runtime lets any thread run a session; an <see cref="OnnxRun"/> over it belongs to one. Dispose runs first, then the session.
/// </remarks>
public sealed unsafe class OnnxSession : IDisposable
{
    nint _session;

    /// <summary>Loads a model.</summary>
    /// <exception cref="OnnxException">ONNX Runtime refused it, or the library has no such provider.</exception>
    public OnnxSession(OnnxLibrary library, ReadOnlySpan<byte> model, OnnxSessionOptions options)
    {
        Library = library;
        if (!library.Providers.Contains(options.Provider))
            throw new OnnxException($"provider `{options.Provider}` is not in {library.Path} (it has: {string.Join(", ", library.Providers)})");
        var native = CreateOptions(options);
        try
        {
            nint session;
            fixed (byte* bytes = model)
                library.Check(((delegate* unmanaged<nint, byte*, nuint, nint, nint*, nint>)library[OrtFunction.CreateSessionFromArray])(
                    library.Env, bytes, (nuint)model.Length, native, &session));
            _session = session;
        }
        finally
        {
            library.Release(OrtFunction.ReleaseSessionOptions, native);
        }

        try
        {
            Inputs = Describe(OrtFunction.SessionGetInputCount, OrtFunction.SessionGetInputName, OrtFunction.SessionGetInputTypeInfo);
            Outputs = Describe(OrtFunction.SessionGetOutputCount, OrtFunction.SessionGetOutputName, OrtFunction.SessionGetOutputTypeInfo);
            Metadata = OnnxMetadata.Read(library, _session);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The library it runs in.</summary>
    public OnnxLibrary Library { get; }

    /// <summary>Declared inputs in the model's order.</summary>
    public IReadOnlyList<OnnxValueInfo> Inputs { get; } = [];

    /// <summary>Declared outputs in the model's order.</summary>
    public IReadOnlyList<OnnxValueInfo> Outputs { get; } = [];

    /// <summary>What the model says of itself.</summary>
    public OnnxMetadata Metadata { get; } = new("", "", "", 0, []);

    internal nint Handle => _session;

    /// <summary>Bytes the arena holds and the most it held in use at once; zeros when the arena does not say.</summary>
    public (long ReservedBytes, long PeakInUseBytes) ReadMemory()
    {
        nint allocator = 0, stats = 0;
        try
        {
            Library.Check(((delegate* unmanaged<nint, nint, nint*, nint>)Library[OrtFunction.CreateAllocator])(_session, Library.CpuMemory, &allocator));
            Library.Check(((delegate* unmanaged<nint, nint*, nint>)Library[OrtFunction.AllocatorGetStats])(allocator, &stats));
            return (ReadStat(stats, "TotalAllocated"u8), ReadStat(stats, "MaxInUse"u8));
        }
        finally
        {
            Library.Release(OrtFunction.ReleaseKeyValuePairs, stats);
            Library.Release(OrtFunction.ReleaseAllocator, allocator);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Library.Release(OrtFunction.ReleaseSession, _session);
        _session = 0;
    }

    long ReadStat(nint stats, ReadOnlySpan<byte> name)
    {
        fixed (byte* key = name)
        {
            var text = ((delegate* unmanaged<nint, byte*, nint>)Library[OrtFunction.GetKeyValue])(stats, key);
            return text != 0 && long.TryParse(Marshal.PtrToStringUTF8(text), out var value) ? value : 0;
        }
    }

    nint CreateOptions(OnnxSessionOptions options)
    {
        nint native;
        Library.Check(((delegate* unmanaged<nint*, nint>)Library[OrtFunction.CreateSessionOptions])(&native));
        try
        {
            SetInt(native, OrtFunction.SetSessionGraphOptimizationLevel, 99);
            SetInt(native, OrtFunction.SetIntraOpNumThreads, options.IntraOpThreads);
            SetInt(native, OrtFunction.SetInterOpNumThreads, 1);
            SetInt(native, OrtFunction.SetSessionLogSeverityLevel, 4);
            if (!options.MemoryPattern) Library.Check(((delegate* unmanaged<nint, nint>)Library[OrtFunction.DisableMemPattern])(native));
            if (options.Arena) SetEntry(native, "session.use_env_allocators", "1");
            else Library.Check(((delegate* unmanaged<nint, nint>)Library[OrtFunction.DisableCpuMemArena])(native));
            // A waiting pool thread must sleep: a gateway has one or two cores, and the reader needs them.
            SetEntry(native, "session.intra_op.allow_spinning", "0");
            if (options.InPlace)
            {
                SetEntry(native, "session.use_ort_model_bytes_directly", "1");
                SetEntry(native, "session.use_ort_model_bytes_for_initializers", "1");
                // A packed weight is a copy, in memory that cannot be taken back.
                SetEntry(native, "session.disable_prepacking", "1");
            }

            if (options.Provider != "cpu") AppendProvider(native, options.Provider, options.IntraOpThreads);
            return native;
        }
        catch
        {
            Library.Release(OrtFunction.ReleaseSessionOptions, native);
            throw;
        }
    }

    void SetInt(nint options, int function, int value) =>
        Library.Check(((delegate* unmanaged<nint, int, nint>)Library[function])(options, value));

    void SetEntry(nint options, string key, string value)
    {
        fixed (byte* k = Utf8Z(key), v = Utf8Z(value))
            Library.Check(((delegate* unmanaged<nint, byte*, byte*, nint>)Library[OrtFunction.AddSessionConfigEntry])(options, k, v));
    }

    void AppendProvider(nint options, string provider, int threads)
    {
        fixed (byte* name = Utf8Z(provider.ToUpperInvariant()), key = "intra_op_num_threads"u8, value = Utf8Z(threads.ToString(System.Globalization.CultureInfo.InvariantCulture)))
        {
            var keys = stackalloc byte*[1] { key };
            var values = stackalloc byte*[1] { value };
            Library.Check(((delegate* unmanaged<nint, byte*, byte**, byte**, nuint, nint>)Library[OrtFunction.SessionOptionsAppendExecutionProvider])(
                options, name, keys, values, 1));
        }
    }

    List<OnnxValueInfo> Describe(int countFunction, int nameFunction, int typeFunction)
    {
        nuint count;
        Library.Check(((delegate* unmanaged<nint, nuint*, nint>)Library[countFunction])(_session, &count));
        var list = new List<OnnxValueInfo>((int)count);
        for (nuint i = 0; i < count; i++)
        {
            nint name, type;
            Library.Check(((delegate* unmanaged<nint, nuint, nint, nint*, nint>)Library[nameFunction])(_session, i, Library.DefaultAllocator, &name));
            var text = Library.TakeText(name);
            Library.Check(((delegate* unmanaged<nint, nuint, nint*, nint>)Library[typeFunction])(_session, i, &type));
            try
            {
                list.Add(OnnxTypes.Read(Library, type, text));
            }
            finally
            {
                Library.Release(OrtFunction.ReleaseTypeInfo, type);
            }
        }

        return list;
    }

    internal static byte[] Utf8Z(string text) => Encoding.UTF8.GetBytes(text + "\0");
}
