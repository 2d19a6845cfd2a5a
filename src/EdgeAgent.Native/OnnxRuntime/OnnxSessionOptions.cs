namespace EdgeAgent.Native.OnnxRuntime;

/// <summary>How a model is loaded.</summary>
public sealed record OnnxSessionOptions
{
    /// <summary>Threads a single operator may use, the caller's own included; 1 keeps all work on the caller's thread.</summary>
    public int IntraOpThreads { get; init; } = 1;

    /// <summary>Whether scratch memory comes from the shared arena (bounded, kept) or from <c>malloc</c> at each run.</summary>
    public bool Arena { get; init; } = true;

    /// <summary>Whether the memory layout of a run is remembered by input shape.</summary>
    public bool MemoryPattern { get; init; } = true;

    /// <summary>Execution provider asked for before the CPU: <c>cpu</c> or <c>xnnpack</c>.</summary>
    public string Provider { get; init; } = "cpu";

    /// <summary>Whether a model in ONNX Runtime's own format is used where its bytes lie, which then must stay as they are until after <see cref="OnnxSession.Dispose"/>.</summary>
    /// <remarks>
    /// Weights are then read from the bytes and never copied, so they are not laid out anew for speed either: scores may differ in the last bits. Has no effect
    /// on an ONNX file. Source: <c>onnxruntime_session_options_config_keys.h</c>, <c>use_ort_model_bytes_for_initializers</c>, <c>disable_prepacking</c>.
    /// </remarks>
    public bool InPlace { get; init; }
}
