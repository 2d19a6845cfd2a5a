using System.Text;

namespace EdgeAgent.Core.Models;

/// <summary>The few fields of an ONNX file that say who wrote it and for which operator sets.</summary>
/// <remarks>
/// A protobuf message (<c>onnx.proto</c>, ModelProto): 1 ir_version varint · 2 producer_name · 3 producer_version ·
/// 7 graph · 8 opset_import {1 domain, 2 version varint}. Reads keys and lengths only; never throws. A file in ONNX Runtime's own format is
/// a flatbuffer with the identifier <c>ORTM</c> in bytes 4 to 7 (<c>ort.fbs</c>); ONNX Runtime verifies it when it loads it,
/// so nothing more is read.
/// </remarks>
public sealed record OnnxFileHeader(long IrVersion, string Producer, string ProducerVersion,
    IReadOnlyList<KeyValuePair<string, long>> Opsets)
{
    /// <summary>Whether the file is in ONNX Runtime's own format (<c>.ort</c>), which says nothing of itself here.</summary>
    public bool IsOrtFormat { get; private init; }

    /// <summary>Reads the top level of a file; false when it is not an ONNX model or ends early.</summary>
    public static bool TryRead(ReadOnlySpan<byte> file, out OnnxFileHeader header)
    {
        header = new OnnxFileHeader(0, "", "", []) { IsOrtFormat = file.Length > 8 && file[4..8].SequenceEqual("ORTM"u8) };
        if (header.IsOrtFormat) return true;
        long ir = 0;
        string producer = "", version = "";
        var opsets = new List<KeyValuePair<string, long>>();
        var hasGraph = false;
        while (!file.IsEmpty)
        {
            if (!ProtoReader.TryField(ref file, out var field, out var number, out var bytes)) return false;
            if (field == 1) ir = (long)number;
            else if (field == 2) producer = Encoding.UTF8.GetString(bytes);
            else if (field == 3) version = Encoding.UTF8.GetString(bytes);
            else if (field == 7) hasGraph = true;
            else if (field == 8 && !TryOpset(bytes, opsets)) return false;
        }

        header = new OnnxFileHeader(ir, producer, version, opsets);
        return ir > 0 && hasGraph && opsets.Count > 0;
    }

    static bool TryOpset(ReadOnlySpan<byte> bytes, List<KeyValuePair<string, long>> opsets)
    {
        var domain = "";
        long version = 0;
        while (!bytes.IsEmpty)
        {
            if (!ProtoReader.TryField(ref bytes, out var field, out var number, out var text)) return false;
            if (field == 1) domain = Encoding.UTF8.GetString(text);
            else if (field == 2) version = (long)number;
        }

        opsets.Add(new(domain.Length == 0 ? "ai.onnx" : domain, version));
        return true;
    }
}
