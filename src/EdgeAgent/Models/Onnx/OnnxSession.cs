using EdgeAgent.Native.OnnxRuntime;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace EdgeAgent.Models.Onnx;

/// <summary>A loaded model.</summary>
/// <remarks>ONNX Runtime lets any thread run a session; an <see cref="OnnxRun"/> over it belongs to one. Dispose runs first,
/// then the session.</remarks>
sealed class OnnxSession : IDisposable
{
    readonly OrtAllocator? _arena;

    /// <summary>Loads a model from the bytes of its file, which may go afterwards: what was hashed is what runs.</summary>
    /// <exception cref="OnnxException">ONNX Runtime refused it, or the library has no such provider.</exception>
    public OnnxSession(OnnxLibrary library, byte[] model, OnnxSessionOptions options)
        : this(library, options, native => new InferenceSession(model, native))
    {
    }

    /// <summary>Loads a model from a file.</summary>
    /// <exception cref="OnnxException">As for bytes.</exception>
    public OnnxSession(OnnxLibrary library, string path, OnnxSessionOptions options)
        : this(library, options, native => new InferenceSession(path, native))
    {
    }

    OnnxSession(OnnxLibrary library, OnnxSessionOptions options, Func<SessionOptions, InferenceSession> open)
    {
        Library = library;
        if (!library.Providers.Contains(options.Provider))
            throw new OnnxException(
                $"provider `{options.Provider}` is not in {library.Path} (it has: {string.Join(", ", library.Providers)})");
        try
        {
            using var native = CreateOptions(options);
            Native = open(native);
        }
        catch (OnnxRuntimeException e)
        {
            throw new OnnxException(e.Message, e);
        }

        try
        {
            Inputs = [.. Native.InputNames.Select(name => OnnxValueInfo.Of(name, Native.InputMetadata[name]))];
            Outputs = [.. Native.OutputNames.Select(name => OnnxValueInfo.Of(name, Native.OutputMetadata[name]))];
            if (options.Arena) _arena = new OrtAllocator(Native, library.ArenaMemory);
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
    public ModelMetadata Metadata => Native.ModelMetadata;

    internal InferenceSession Native { get; }

    /// <summary>Bytes the arena holds and the most it held in use at once; zeros when there is no arena or it does not say.</summary>
    public ArenaUse ReadMemory() => _arena is null ? default : Library.ReadArena(_arena);

    /// <inheritdoc/>
    public void Dispose()
    {
        _arena?.Dispose();
        Native.Dispose();
    }

    static SessionOptions CreateOptions(OnnxSessionOptions options)
    {
        var native = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            IntraOpNumThreads = options.IntraOpThreads,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            EnableMemoryPattern = options.MemoryPattern,
            EnableCpuMemArena = options.Arena,
        };
        if (options.Arena) native.AddSessionConfigEntry("session.use_env_allocators", "1");
        // A waiting pool thread must sleep: a gateway has one or two cores, and the reader needs them.
        native.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        if (options.IsOrtFormat) native.AddSessionConfigEntry("session.load_model_format", "ORT");
        if (options.InPlace)
        {
            native.AddSessionConfigEntry("session.use_memory_mapped_ort_model", "1");
            native.AddSessionConfigEntry("session.use_ort_model_bytes_for_initializers", "1");
            // A packed weight is a copy, in memory that cannot be taken back.
            native.AddSessionConfigEntry("session.disable_prepacking", "1");
        }

        if (options.Provider != "cpu")
            native.AppendExecutionProvider(options.Provider.ToUpperInvariant(),
                new() { ["intra_op_num_threads"] = options.IntraOpThreads.ToString(CultureInfo.InvariantCulture) });
        return native;
    }
}
