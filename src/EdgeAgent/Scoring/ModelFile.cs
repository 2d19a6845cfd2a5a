using System.Security.Cryptography;
using EdgeAgent.Core.Scoring;

namespace EdgeAgent.Scoring;

/// <summary>The bytes of a model file that was read, measured and hashed.</summary>
/// <param name="Bytes">The whole file.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
/// <param name="Header">What it says of itself.</param>
sealed record ModelFile(byte[] Bytes, string Sha256, OnnxFileHeader Header)
{
    /// <summary>Highest operator set of the default domain that ONNX Runtime 1.30 promises; newer ones are refused with this number.</summary>
    public const long NewestOpset = 25;

    /// <summary>Reads <paramref name="path"/> after checking its size.</summary>
    /// <exception cref="ModelException">It is missing, too large, another file than asked for, or no ONNX model.</exception>
    public static ModelFile Read(string model, string path, long maxSizeBytes, string? sha256)
    {
        byte[] bytes;
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > maxSizeBytes)
                throw new ModelException(model, $"{path} has {stream.Length} bytes, max_size is {maxSizeBytes}. Raise max_size, or use a smaller model.");
            bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException(model, $"{path} cannot be read: {e.Message}", e);
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (sha256 is not null && !hash.Equals(sha256, StringComparison.OrdinalIgnoreCase))
            throw new ModelException(model, $"{path} has SHA-256 {hash}, expected {sha256}. It is another file, or was damaged on its way.");
        if (!OnnxFileHeader.TryRead(bytes, out var header))
            throw new ModelException(model, $"{path} is not a whole ONNX model ({bytes.Length} bytes). Export it again, or copy it again.");
        foreach (var opset in header.Opsets)
            if (opset.Key == "ai.onnx" && opset.Value > NewestOpset)
                throw new ModelException(model, $"{path} needs operator set {opset.Value}, this ONNX Runtime knows up to {NewestOpset}. Export it with opset_version={NewestOpset} or lower.");
        return new ModelFile(bytes, hash, header);
    }
}
