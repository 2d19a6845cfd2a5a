using EdgeAgent.Models.Onnx;
using Microsoft.ML.OnnxRuntime.Tensors;
using Xunit;

namespace EdgeAgent.Tests.Models.Onnx;

/// <summary>Numbers into a float32 tensor and back, at every length and place the wide loops and their tails can meet.</summary>
public sealed class OnnxTensorTests
{
    [Fact]
    public void Float32_is_the_nearest_float_of_every_number_wherever_it_lies()
    {
        double[] numbers =
        [
            0.1, -0.0, double.NaN, double.PositiveInfinity, 1e300, -1e-46, 16_777_217, 0.30000001192092893, 5e-324, -2.5,
            3.4028235677973366e38
        ];
        using var tensor = new OnnxTensor(TensorElementType.Float, [16], -1, 1);
        for (var at = 0; at < 4; at++)
        {
            for (var length = 0; length <= numbers.Length; length++)
            {
                var back = new double[length];
                tensor.Bytes.Fill(0xCD);
                tensor.Write(at, numbers.AsSpan(0, length));
                tensor.Read(at, back);
                Assert.Equal(numbers.Take(length).Select(n => BitConverter.SingleToInt32Bits((float)n)),
                    back.Select(b => BitConverter.SingleToInt32Bits((float)b)));
                Assert.Equal(0xCD, tensor.Bytes[(at + length) * sizeof(float)]);
            }
        }
    }
}
