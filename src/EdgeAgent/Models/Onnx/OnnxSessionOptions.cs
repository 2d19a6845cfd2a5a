namespace EdgeAgent.Models.Onnx;

/// <summary>How a model is loaded.</summary>
sealed record OnnxSessionOptions
{
    /// <summary>Threads a single operator may use, the caller's own included; 1 keeps all work on the caller's thread.</summary>
    public int IntraOpThreads { get; init; } = 1;

    /// <summary>Whether scratch memory comes from the shared arena (bounded, kept) or from <c>malloc</c> at each run.</summary>
    public bool Arena { get; init; } = true;

    /// <summary>Whether the memory layout of a run is remembered by input shape.</summary>
    public bool MemoryPattern { get; init; } = true;

    /// <summary>Execution provider asked for before the CPU: <c>cpu</c> or <c>xnnpack</c>.</summary>
    public string Provider { get; init; } = "cpu";

    /// <summary>Whether it is in ONNX Runtime's own format, whatever its file is called.</summary>
    public bool IsOrtFormat { get; init; }

    /// <summary>Whether a file in ONNX Runtime's own format is mapped and its weights used where they lie; it must stay as it is until
    /// after <see cref="OnnxSession.Dispose"/>.</summary>
    /// <remarks>
    /// Weights are then never copied, so they are not laid out anew for speed either: scores may differ in the last bits. For a session
    /// from a file only. Source: <c>onnxruntime_session_options_config_keys.h</c>, <c>use_memory_mapped_ort_model</c>,
    /// <c>use_ort_model_bytes_for_initializers</c>, <c>disable_prepacking</c>.
    /// </remarks>
    public bool InPlace { get; init; }
}
