namespace EdgeAgent.Models.Onnx;

/// <summary>A refusal by ONNX Runtime while a library, a model or a run is being set up; the message is its own.</summary>
/// <remarks>Runs themselves never throw: see <see cref="OnnxRun.Run"/>.</remarks>
sealed class OnnxException(string message, Exception? inner = null) : Exception(message, inner);
