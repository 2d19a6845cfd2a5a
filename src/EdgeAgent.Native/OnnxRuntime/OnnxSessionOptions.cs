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
}
