using EdgeAgent.Models.Files;
using EdgeAgent.Models.Onnx;

namespace EdgeAgent.Models.Loading;

/// <summary>What sessions that may be one have in common.</summary>
/// <param name="Sha256">The content: a file of another name, or one put back later, is the same.</param>
/// <param name="Options">How it is loaded.</param>
/// <param name="InPlace">The file that is used where it lies; it may be written to, so no other one is the same. Null otherwise.</param>
readonly record struct SessionKey(string Sha256, OnnxSessionOptions Options, ModelFile? InPlace);
