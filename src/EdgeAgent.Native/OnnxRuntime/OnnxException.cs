namespace EdgeAgent.Native.OnnxRuntime;

/// <summary>A refusal by ONNX Runtime while a library, a model or a run is being set up; the message is its own.</summary>
/// <remarks>Runs themselves never throw: see <see cref="OnnxRun.Run"/>.</remarks>
public sealed class OnnxException(string message, int code = 0) : Exception(message)
{
    /// <summary><c>OrtErrorCode</c>, or 0 when the library itself is at fault.</summary>
    public int Code { get; } = code;
}
