using System.Buffers;
using System.Globalization;
using System.Text;

namespace EdgeAgent.Core.Models;

/// <summary>The further files that an ONNX file keeps weights in.</summary>
/// <remarks>
/// <c>onnx.proto</c>: ModelProto 7 graph, 25 functions · GraphProto 1 node, 5 initializer · NodeProto 5 attribute, FunctionProto 7 node ·
/// AttributeProto 5 t, 6 g, 10 tensors, 11 graphs · TensorProto 9 raw_data, 13 external_data {1 key, 2 value}, 14 data_location (1:
/// external). Keys of external data: location, offset and length [bytes]. Never throws on what a file holds.
/// </remarks>
public static class OnnxExternalData
{
    const int RawData = 9, ExternalData = 13, DataLocation = 14;
    const int Deepest = 16;

    /// <summary>Their names as the model gives them, each once, in ordinal order; empty when all weights are in the file.</summary>
    public static IReadOnlyList<string> LocationsIn(ReadOnlySpan<byte> model)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        Find(model, Part.Model, found, 0);
        return [.. found];
    }

    /// <summary>The model as one file: weights that lie in <paramref name="files"/>, by name, in their places.</summary>
    /// <returns>Null when a weight lies outside its file.</returns>
    public static byte[]? Inline(ReadOnlySpan<byte> model, IReadOnlyDictionary<string, byte[]> files)
    {
        var whole = new ArrayBufferWriter<byte>(checked(model.Length + files.Values.Sum(f => f.Length) + 1024));
        return TryCopy(model, Part.Model, files, whole, 0) ? whole.WrittenSpan.ToArray() : null;
    }

    static void Find(ReadOnlySpan<byte> message, Part part, SortedSet<string> found, int depth)
    {
        if (part == Part.Tensor)
        {
            if (PlaceOf(message) is { } place) found.Add(place.Location);
            return;
        }

        while (depth < Deepest && ProtoReader.TryField(ref message, out var field, out _, out var bytes))
            if (Inner(part, field) is { } inner) Find(bytes, inner, found, depth + 1);
    }

    static bool TryCopy(ReadOnlySpan<byte> message, Part part, IReadOnlyDictionary<string, byte[]> files,
        ArrayBufferWriter<byte> to, int depth)
    {
        if (part == Part.Tensor) return TryCopyTensor(message, files, to);
        if (depth >= Deepest) return false;
        while (!message.IsEmpty)
        {
            var before = message;
            if (!ProtoReader.TryField(ref message, out var field, out _, out var bytes)) return false;
            if (Inner(part, field) is not { } inner)
            {
                to.Write(before[..^message.Length]);
                continue;
            }

            var copy = new ArrayBufferWriter<byte>(bytes.Length + 64);
            if (!TryCopy(bytes, inner, files, copy, depth + 1)) return false;
            WriteField(to, field, copy.WrittenSpan);
        }

        return true;
    }

    static bool TryCopyTensor(ReadOnlySpan<byte> tensor, IReadOnlyDictionary<string, byte[]> files, ArrayBufferWriter<byte> to)
    {
        if (PlaceOf(tensor) is not { } place)
        {
            to.Write(tensor);
            return true;
        }

        while (!tensor.IsEmpty)
        {
            var before = tensor;
            if (!ProtoReader.TryField(ref tensor, out var field, out _, out _)) return false;
            if (field is not (RawData or ExternalData or DataLocation)) to.Write(before[..^tensor.Length]);
        }

        if (!files.TryGetValue(place.Location, out var file) || place.Offset < 0 || place.Offset > file.Length) return false;
        var length = place.Length < 0 ? file.Length - place.Offset : place.Length;
        if (length > file.Length - place.Offset) return false;
        WriteField(to, RawData, file.AsSpan((int)place.Offset, (int)length));
        return true;
    }

    // Null for a tensor whose numbers are in the model; a length of −1 is up to the end.
    static (string Location, long Offset, long Length)? PlaceOf(ReadOnlySpan<byte> tensor)
    {
        var isExternal = false;
        var (location, offset, length) = ("", 0L, -1L);
        while (ProtoReader.TryField(ref tensor, out var field, out var number, out var entry))
        {
            if (field == DataLocation) isExternal = number == 1;
            if (field != ExternalData) continue;
            var (key, value) = ("", "");
            while (ProtoReader.TryField(ref entry, out var at, out _, out var text))
            {
                if (at == 1) key = Encoding.UTF8.GetString(text);
                else if (at == 2) value = Encoding.UTF8.GetString(text);
            }

            if (key == "location") location = value;
            else if (key is "offset" or "length" && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size))
                (offset, length) = key == "offset" ? (size, length) : (offset, size);
        }

        return isExternal ? (location, offset, length) : null;
    }

    static void WriteField(ArrayBufferWriter<byte> to, int field, ReadOnlySpan<byte> bytes)
    {
        WriteVarint(to, ((ulong)field << 3) | 2);
        WriteVarint(to, (ulong)bytes.Length);
        to.Write(bytes);
    }

    static void WriteVarint(ArrayBufferWriter<byte> to, ulong value)
    {
        for (; value >= 0x80; value >>= 7) to.Write([(byte)(value | 0x80)]);
        to.Write([(byte)value]);
    }

    static Part? Inner(Part part, int field) => (part, field) switch
    {
        (Part.Model, 7) => Part.Graph,
        (Part.Model, 25) => Part.Function,
        (Part.Graph, 1) or (Part.Function, 7) => Part.Node,
        (Part.Graph, 5) => Part.Tensor,
        (Part.Node, 5) => Part.Attribute,
        (Part.Attribute, 5 or 10) => Part.Tensor,
        (Part.Attribute, 6 or 11) => Part.Graph,
        _ => null,
    };

    enum Part
    {
        Model,
        Graph,
        Function,
        Node,
        Attribute,
        Tensor,
    }
}
