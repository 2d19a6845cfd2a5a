using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeAgent.Models.Onnx;

/// <summary>Elements of every type as doubles. No allocation; the type is looked at once a call.</summary>
static class OnnxElements
{
    /// <summary>Converts and stores.</summary>
    public static void Write(TensorElementType type, Span<byte> memory, int at, ReadOnlySpan<double> values)
    {
        switch (type)
        {
            case TensorElementType.Float:
                Narrow(values, Of<float>(memory, at, values.Length));
                break;
            case TensorElementType.Double:
                values.CopyTo(Of<double>(memory, at, values.Length));
                break;
            case TensorElementType.Float16:
                var halves = Of<Half>(memory, at, values.Length);
                for (var i = 0; i < halves.Length; i++) halves[i] = (Half)values[i];
                break;
            case TensorElementType.BFloat16:
                var upper = Of<ushort>(memory, at, values.Length);
                for (var i = 0; i < upper.Length; i++) upper[i] = ToBFloat16((float)values[i]);
                break;
            case TensorElementType.Bool:
                for (var i = 0; i < values.Length; i++) memory[at + i] = values[i] != 0 ? (byte)1 : (byte)0;
                break;
            default:
                for (var i = 0; i < values.Length; i++) WriteInteger(type, memory, at + i, Math.Round(values[i]));
                break;
        }
    }

    /// <summary>Loads and converts.</summary>
    public static void Read(TensorElementType type, ReadOnlySpan<byte> memory, int at, Span<double> values)
    {
        switch (type)
        {
            case TensorElementType.Float:
                Widen(Of<float>(memory, at, values.Length), values);
                break;
            case TensorElementType.Double:
                Of<double>(memory, at, values.Length).CopyTo(values);
                break;
            case TensorElementType.Float16:
                var halves = Of<Half>(memory, at, values.Length);
                for (var i = 0; i < halves.Length; i++) values[i] = (double)halves[i];
                break;
            default:
                for (var i = 0; i < values.Length; i++) values[i] = ReadOther(type, memory, at + i);
                break;
        }
    }

    // Nearly all models take and give float32: these two are a third of the time of a row in a large batch when done one by one.
    static void Narrow(ReadOnlySpan<double> from, Span<float> to)
    {
        var i = 0;
        for (; i <= from.Length - 4; i += 4)
            Vector128.Narrow(Vector128.Create(from[i..]), Vector128.Create(from[(i + 2)..])).CopyTo(to[i..]);
        for (; i < from.Length; i++) to[i] = (float)from[i];
    }

    static void Widen(ReadOnlySpan<float> from, Span<double> to)
    {
        var i = 0;
        for (; i <= from.Length - 4; i += 4)
        {
            var (lower, upper) = Vector128.Widen(Vector128.Create(from[i..]));
            lower.CopyTo(to[i..]);
            upper.CopyTo(to[(i + 2)..]);
        }

        for (; i < from.Length; i++) to[i] = from[i];
    }

    static Span<T> Of<T>(Span<byte> memory, int at, int count) where T : unmanaged => MemoryMarshal.Cast<byte, T>(memory).Slice(at, count);

    static ReadOnlySpan<T> Of<T>(ReadOnlySpan<byte> memory, int at, int count) where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(memory).Slice(at, count);

    // C# conversions of floating point to integer saturate (and NaN gives 0) since .NET 9.
    static void WriteInteger(TensorElementType type, Span<byte> memory, int at, double value)
    {
        switch (type)
        {
            case TensorElementType.Int64: Of<long>(memory, at, 1)[0] = (long)value; break;
            case TensorElementType.Int32: Of<int>(memory, at, 1)[0] = (int)value; break;
            case TensorElementType.UInt64: Of<ulong>(memory, at, 1)[0] = (ulong)value; break;
            case TensorElementType.UInt32: Of<uint>(memory, at, 1)[0] = (uint)value; break;
            case TensorElementType.Int16: Of<short>(memory, at, 1)[0] = (short)Math.Clamp(value, short.MinValue, short.MaxValue); break;
            case TensorElementType.UInt16: Of<ushort>(memory, at, 1)[0] = (ushort)Math.Clamp(value, 0, ushort.MaxValue); break;
            case TensorElementType.Int8: memory[at] = unchecked((byte)(sbyte)Math.Clamp(value, sbyte.MinValue, sbyte.MaxValue)); break;
            default: memory[at] = (byte)Math.Clamp(value, 0, byte.MaxValue); break;
        }
    }

    static double ReadOther(TensorElementType type, ReadOnlySpan<byte> memory, int at) => type switch
    {
        TensorElementType.Int64 => (double)Of<long>(memory, at, 1)[0],
        TensorElementType.Int32 => (double)Of<int>(memory, at, 1)[0],
        TensorElementType.UInt64 => (double)Of<ulong>(memory, at, 1)[0],
        TensorElementType.UInt32 => (double)Of<uint>(memory, at, 1)[0],
        TensorElementType.Int16 => (double)Of<short>(memory, at, 1)[0],
        TensorElementType.UInt16 => (double)Of<ushort>(memory, at, 1)[0],
        TensorElementType.Int8 => (sbyte)memory[at],
        TensorElementType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)Of<ushort>(memory, at, 1)[0] << 16),
        _ => memory[at],
    };

    // Round to nearest, ties to even; a NaN keeps a set bit so that it stays one.
    static ushort ToBFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
