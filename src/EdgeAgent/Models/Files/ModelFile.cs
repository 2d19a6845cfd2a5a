using System.Security.Cryptography;
using EdgeAgent.Core.Models;
using EdgeAgent.Models.Onnx;
using EdgeAgent.Native.Files;
using EdgeAgent.Native.Memory;
using EdgeAgent.Network.Limits;
using Microsoft.Win32.SafeHandles;

namespace EdgeAgent.Models.Files;

/// <summary>A model file that was read or mapped, measured and hashed, with the files of weights it names. The hash is that of
/// <see cref="Bytes"/> and then of those files in the order of their names: of all that sessions are made of.</summary>
sealed class ModelFile : IDisposable
{
    readonly byte[] _read;
    readonly MappedFile? _mapping;

    ModelFile(string path, byte[] read, MappedFile? mapping) => (Path, _read, _mapping) = (path, read, mapping);

    /// <summary>Where it lay.</summary>
    public string Path { get; }

    /// <summary>The whole file; when it is mapped, until <see cref="Unmap"/>.</summary>
    public ReadOnlySpan<byte> Bytes => _mapping is null ? _read : _mapping.Bytes;

    /// <summary>Lower-case hexadecimal.</summary>
    public string Sha256 { get; private init; } = "";

    /// <summary>Files of weights by the names the model gives them, in the order of these names; always read, never mapped.</summary>
    public IReadOnlyList<KeyValuePair<string, byte[]>> Weights { get; private init; } = [];

    /// <summary>What it says of itself.</summary>
    public OnnxFileHeader Header { get; private init; } = new(0, "", "", []);

    /// <summary>Whether it is mapped and of the format that ONNX Runtime can use where it lies.</summary>
    public bool IsUsedInPlace => _mapping is not null && Header.IsOrtFormat;

    /// <summary>Whether it is mapped and was written to since.</summary>
    public bool WasWrittenTo => _mapping?.WasWrittenTo == true;

    /// <summary>Reads or maps <paramref name="path"/> after checking its size.</summary>
    /// <exception cref="ModelException">It is missing, too large, another file than asked for, or no ONNX model.</exception>
    public static ModelFile Read(string model, string path, long maxSizeBytes, string? sha256, bool map = false)
    {
        var file = Open(model, path, maxSizeBytes, map);
        try
        {
            var weights = ReadWeights(model, path, file.Bytes, maxSizeBytes);
            var hash = HashOf(file.Bytes, weights);
            if (sha256 is not null && !hash.Equals(sha256, StringComparison.OrdinalIgnoreCase))
                throw new ModelException(model,
                    $"{path} has SHA-256 {hash}, expected {sha256}. It is another file, or was damaged on its way.") { Key = "sha256" };
            if (!OnnxFileHeader.TryRead(file.Bytes, out var header))
                throw new ModelException(model, $"{path} {ForeignFile.Describe(file.Bytes)}");
            return new ModelFile(path, file._read, file._mapping) { Sha256 = hash, Header = header, Weights = weights };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Makes a session: of the bytes that were read or, when it is mapped, of the very file that was hashed,
    /// by its descriptor.</summary>
    /// <exception cref="OnnxException">It was refused.</exception>
    public OnnxSession Open(OnnxLibrary library, OnnxSessionOptions options)
    {
        if (Weights.Count > 0)
            return new(library, OnnxExternalData.Inline(Bytes, Weights.ToDictionary())
                ?? throw new OnnxException("a weight lies outside its file"), options);
        return _mapping is null ? new(library, _read, options) : new(library, _mapping.DescriptorPath, options);
    }

    /// <summary>Lets the mapping that was hashed go; the file stays open, and ONNX Runtime has a mapping of its own.</summary>
    public void Unmap() => _mapping?.Unmap();

    /// <inheritdoc/>
    public void Dispose() => _mapping?.Dispose();

    static List<KeyValuePair<string, byte[]>> ReadWeights(string model, string path, ReadOnlySpan<byte> bytes, long maxSizeBytes)
    {
        var weights = new List<KeyValuePair<string, byte[]>>();
        var left = maxSizeBytes - bytes.Length;
        foreach (var name in OnnxExternalData.LocationsIn(bytes))
        {
            if (name.Length == 0 || name.Contains('\0') || System.IO.Path.IsPathRooted(name) || name.Split('/', '\\').Contains(".."))
                throw new ModelException(model, $"{path} keeps weights in `{name}`, which is not a file beside it. Export it again.");
            var beside = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path) ?? "", name);
            if (!File.Exists(beside))
                throw new ModelException(model, $"{path} keeps its weights in `{name}`, and {beside} is not there. "
                    + "Copy both files into one folder, or export the model as one file.");
            var read = Open(model, beside, left, map: false,
                $"{path} and its weights have more than max_size ({maxSizeBytes} bytes) in sum. "
                    + "Raise max_size, or use a smaller model.");
            left -= read._read.Length;
            weights.Add(new(name, read._read));
        }

        return weights;
    }

    static string HashOf(ReadOnlySpan<byte> bytes, List<KeyValuePair<string, byte[]>> weights)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(bytes);
        foreach (var (_, file) in weights) hash.AppendData(file);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    static ModelFile Open(string model, string path, long maxSizeBytes, bool map, string? tooLarge = null)
    {
        SafeFileHandle? handle = null;
        try
        {
            if (FileKind.NotAFile(path) is "a pipe" or "a socket" or "a device")
                throw new ModelException(model, $"{path} is {FileKind.NotAFile(path)}, not a file.");
            handle = File.OpenHandle(path);
            var length = RandomAccess.GetLength(handle);
            if (length > maxSizeBytes)
                throw new ModelException(model, tooLarge
                    ?? $"{path} has {length} bytes, max_size is {maxSizeBytes}. Raise max_size, or use a smaller model.")
                    { Key = "max_size" };
            // An empty file cannot be mapped; read, it is refused as no model.
            if (map && length > 0)
            {
                var mapping = MappedFile.Of(handle);
                handle = null;
                return new ModelFile(path, [], mapping);
            }

            var bytes = new byte[length];
            for (var at = 0; at < bytes.Length;)
            {
                var n = RandomAccess.Read(handle, bytes.AsSpan(at), at);
                if (n == 0) throw new IOException("it became shorter while it was read.");
                at += n;
            }

            return new ModelFile(path, bytes, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException(model,
                OpenFiles.AreSpent(e) ? OpenFiles.Sentence($"{path} cannot be read") : $"{path} cannot be read: {e.Message}", e);
        }
        finally
        {
            handle?.Dispose();
        }
    }
}
