using System.Text;

namespace EdgeAgent.Models.Files;

/// <summary>Says by name what a file is that is not an ONNX model.</summary>
static class ForeignFile
{
    /// <summary>What <paramref name="file"/> is and what to do, to follow its path; for one that does not read as an ONNX model.</summary>
    public static string Describe(ReadOnlySpan<byte> file)
    {
        if (file.IsEmpty) return "is empty. Copy it again.";
        if (file.StartsWith("version https://git-lfs"u8))
            return "is a git-lfs pointer, not the model itself. Fetch the model with `git lfs pull`.";
        if (file.StartsWith("PK\x03\x04"u8))
            return "is not an ONNX model but an archive (ZIP), as PyTorch, Keras and numpy write. Export the model to ONNX.";
        if (file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'H', (byte)'D', (byte)'F']))
            return "is not an ONNX model but an HDF5 file, as Keras writes. Export the model to ONNX, such as with tf2onnx.";
        if (file is [0x80, >= 2 and <= 5, ..])
            return "is not an ONNX model but a Python pickle, as joblib writes. Export the model to ONNX, such as with skl2onnx.";
        if (file.Length > 8 && file[4..8].SequenceEqual("TFL3"u8))
            return "is not an ONNX model but a TensorFlow Lite file. Export the model to ONNX, such as with tf2onnx.";
        if (IsText(file, out var text))
            return text.TrimStart() is ['<', ..] && text.Contains("html", StringComparison.OrdinalIgnoreCase)
                ? "is not an ONNX model but HTML, such as the error page of a download. Download it again."
                : "is not an ONNX model but text. Export the model to ONNX, or mend the path.";
        // Field 1, a number: every ONNX file begins with its version.
        return file[0] == 0x08
            ? $"is not a whole ONNX model: it is cut short or damaged ({file.Length} bytes). Export it again, or copy it again."
            : $"is not an ONNX model ({file.Length} bytes). Export the model to ONNX, or mend the path.";
    }

    static bool IsText(ReadOnlySpan<byte> file, out string text)
    {
        text = Encoding.UTF8.GetString(file[..Math.Min(file.Length, 1024)]);
        foreach (var c in text)
            if (char.IsControl(c) && c is not ('\n' or '\r' or '\t' or '\f')) return false;
        return !text[..^1].Contains('\ufffd');
    }
}
