using System.Runtime.InteropServices;
using System.Text.Json;
using EdgeAgent.Catalog;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Models;
using EdgeAgent.Core.Stages;
using EdgeAgent.Core.Stages.Scores;
using EdgeAgent.Models;
using EdgeAgent.Tests.Models.Onnx;
using EdgeAgent.Tests.Pipelines;
using Microsoft.ML.OnnxRuntime.Tensors;
using Xunit;

namespace EdgeAgent.Tests.Stages.Scores;

/// <summary>Scores in records, from readings through the stage,
/// equal those of another program's ONNX Runtime (tests/models/expect.js).</summary>
/// <remarks>
/// Bit for bit on a processor of the same vector width, and in batches as alone; on another within 1e-5 of the score, since sums there
/// round in another order (ExpectedOutputTests). GRU and ZipMap have tests of their own.
/// </remarks>
public sealed class ExpectedScoreTests
{
    static ExpectedScoreTests() => Assert.NotNull(TestModels.Library);

    [Theory]
    [InlineData("dense_ae", ScoreKind.ReconstructionMse)]
    [InlineData("dense_ae_fixed1", ScoreKind.ReconstructionMse)]
    [InlineData("dense_ae_f64", ScoreKind.ReconstructionMae)]
    [InlineData("dense_ae_f16", ScoreKind.ReconstructionMax)]
    [InlineData("conv_ae", ScoreKind.ReconstructionMse)]
    [InlineData("pca", ScoreKind.ReconstructionMae)]
    [InlineData("iforest", ScoreKind.Output)]
    [InlineData("classifier", ScoreKind.Output)]
    public void Scores_equal_those_of_another_program(string model, ScoreKind kind)
    {
        var (runs, sameProcessor) = ExpectedRun.Read(model);
        foreach (var run in runs)
        {
            var (inputs, outputs) = (Numbers(run.Inputs.Single()), Numbers(run.Outputs[^1]));
            var rows = (int)run.Inputs[0].Dimensions[0];
            var (features, given) = (inputs.Length / rows, outputs.Length / rows);
            var reports = new List<string>();
            using var host = new ModelHost(
                [new ModelSettings { Name = "m", File = TestModels.PathOf(model + ".onnx"), Budget = TimeSpan.FromSeconds(5) }],
                new SystemClock(), reports.Add);
            var stage = ScoreRig.Readings(features) with { Model = "m", Score = kind };
            var rig = new PipelineRig(PipelineRig.Settings(new ScoreReadingsSettings { Name = "score", Score = stage }),
                stages: new StageRegistry(Components.Stages, host));
            // The rows are series of their own, which fill up in one batch and are run together.
            for (var f = 0; f < features; f++)
                for (var row = 0; row < rows; row++) rig.Add($"row{row}", f + 1, inputs[(row * features) + f]);
            rig.Run();
            Assert.Empty(reports);
            var lines = rig.TakeAll();
            Assert.Equal(rows, lines.Count);
            for (var row = 0; row < rows; row++)
            {
                var want = Score(kind, inputs.AsSpan(row * features, features), outputs.AsSpan(row * given, given));
                using var json = JsonDocument.Parse(lines[row].Payload);
                var score = json.RootElement.GetProperty("score").GetDouble();
                if (sameProcessor) Assert.Equal(want, score);
                else Assert.Equal(want, score, Math.Abs(want) * 1e-5);
            }
        }
    }

    static double Score(ScoreKind kind, ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double squares = 0, absolutes = 0, largest = 0;
        for (var i = 0; i < Math.Min(x.Length, y.Length); i++)
        {
            squares += (x[i] - y[i]) * (x[i] - y[i]);
            absolutes += Math.Abs(x[i] - y[i]);
            largest = Math.Max(largest, Math.Abs(x[i] - y[i]));
        }

        return kind switch
        {
            ScoreKind.ReconstructionMse => squares / x.Length,
            ScoreKind.ReconstructionMae => absolutes / x.Length,
            ScoreKind.ReconstructionMax => largest,
            _ => y[0],
        };
    }

    static double[] Numbers(ExpectedTensor tensor) => tensor.Type switch
    {
        TensorElementType.Float => Array.ConvertAll(MemoryMarshal.Cast<byte, float>(tensor.Data).ToArray(), f => (double)f),
        TensorElementType.Float16 => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(tensor.Data).ToArray(), h => (double)h),
        _ => MemoryMarshal.Cast<byte, double>(tensor.Data).ToArray(),
    };
}
