using EdgeAgent.Models.Onnx;
using Microsoft.ML.OnnxRuntime.Tensors;
using Xunit;

namespace EdgeAgent.Tests.Models.Onnx;

public sealed class OnnxRunTests
{
    static OnnxTensor Rows(TensorElementType type, int width, int maxRows) => new(type, [0, width], 0, maxRows);

    [Theory]
    [InlineData("f32", TensorElementType.Float, -1.5, 3.25, 0.1f)]
    [InlineData("f64", TensorElementType.Double, -1.5, 3.25, 0.1)]
    [InlineData("f16", TensorElementType.Float16, -1.5, 3.25, 65504)]
    [InlineData("bf16", TensorElementType.BFloat16, -1.5, 3.25, 256)]
    [InlineData("i64", TensorElementType.Int64, -7, 0, 9007199254740992)]
    [InlineData("i32", TensorElementType.Int32, -7, 0, int.MaxValue)]
    [InlineData("i16", TensorElementType.Int16, -7, 0, short.MaxValue)]
    [InlineData("i8", TensorElementType.Int8, -7, 0, sbyte.MaxValue)]
    [InlineData("u8", TensorElementType.UInt8, 7, 0, byte.MaxValue)]
    [InlineData("u16", TensorElementType.UInt16, 7, 0, ushort.MaxValue)]
    [InlineData("u32", TensorElementType.UInt32, 7, 0, uint.MaxValue)]
    [InlineData("u64", TensorElementType.UInt64, 7, 0, 9007199254740992)]
    [InlineData("b", TensorElementType.Bool, 1, 0, 1)]
    public void Every_element_type_goes_in_and_comes_out(string name, TensorElementType type, double a, double b, double c)
    {
        using var session = TestModels.Open("element_types");
        var kinds = session.Inputs.Select(i => (i.Name, Rows(i.Type, 3, 2))).ToList();
        using var run = new OnnxRun(session, kinds, [(name + "_out", Rows(type, 3, 2))]);
        var input = kinds.Single(k => k.Name == name).Item2;
        Assert.Equal(type, input.Type);
        input.Write(0, [a, b, c]);
        input.Write(3, [c, a, b]);
        Assert.Equal(OnnxRunStatus.Ok, run.Run(2));
        var back = new double[6];
        run.Outputs[0]!.Read(0, back);
        Assert.Equal([a, b, c, c, a, b], back);
    }

    [Fact]
    public void Integers_saturate_and_round_to_even()
    {
        using var tensor = Rows(TensorElementType.Int8, 3, 1);
        tensor.Write(0, [1e9, -1e9, 2.5]);
        var back = new double[3];
        tensor.Read(0, back);
        Assert.Equal([127, -128, 2], back);
    }

    [Fact]
    public void Runs_allocate_nothing_on_the_managed_heap()
    {
        using var session = TestModels.Open("dense_ae");
        using var run = new OnnxRun(session, [("x", Rows(TensorElementType.Float, 32, 64))],
            [("y", Rows(TensorElementType.Float, 32, 64))]);
        var values = new double[32];
        for (var warm = 1; warm <= 64; warm++) run.Run(warm);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            run.Inputs[0].Write(0, values);
            run.Run(1 + i % 64);
            run.Outputs[0]!.Read(0, values);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("zipmap", "1", "0")]
    [InlineData("zipmap_text", "worn", "good")]
    public void Maps_of_a_classifier_are_read_by_label(string model, string one, string zero)
    {
        var expected = ExpectedRun.Read("classifier").Runs[1];
        using var session = TestModels.Open(model);
        Assert.Equal(OnnxValueKind.SequenceOfMaps, session.Outputs[1].Kind);
        var x = Rows(TensorElementType.Float, 3, 3);
        expected.Inputs[0].Data.CopyTo(x.Bytes);
        using var run = new OnnxRun(session, [("x", x)], [("probabilities", null)]);
        for (var again = 0; again < 3; again++)
        {
            Assert.Equal(OnnxRunStatus.Ok, run.Run(3));
            var (p1, p0) = (new double[3], new double[3]);
            Assert.True(OnnxMaps.TryRead(run.Made(0), one, p1));
            Assert.True(OnnxMaps.TryRead(run.Made(0), zero, p0));
            var want = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(
                expected.Outputs.Single(o => o.Name == "probabilities").Data);
            for (var row = 0; row < 3; row++) Assert.Equal((want[2 * row], want[2 * row + 1]), ((float)p0[row], (float)p1[row]));
            Assert.False(OnnxMaps.TryRead(run.Made(0), "2", p1));
            Assert.False(OnnxMaps.TryRead(run.Made(0), one, new double[2]));
        }
    }

    [Fact]
    public void A_run_past_its_time_is_ended_and_the_next_one_is_not()
    {
        using var session = TestModels.Open("slow");
        using var run = new OnnxRun(session, [("x", Rows(TensorElementType.Float, 1, 1))],
            [("score", Rows(TensorElementType.Float, 1, 1))]);
        run.Terminate(1);
        var ended = false;
        var status = OnnxRunStatus.Ok;
        var runner = new Thread(() =>
        {
            status = run.Run(1);
            Volatile.Write(ref ended, true);
        });
        runner.Start();
        while (!Volatile.Read(ref ended)) run.Terminate(1);
        runner.Join();
        Assert.Equal(OnnxRunStatus.Terminated, status);
        Assert.Contains("terminate", run.LastError);

        using var quick = TestModels.Open("gain2");
        using var next = new OnnxRun(quick, [("x", Rows(TensorElementType.Float, 1, 1))], [("score", Rows(TensorElementType.Float, 1, 1))]);
        next.Terminate(1);
        Assert.Equal(OnnxRunStatus.Ok, next.Run(1));
    }

    [Fact]
    public void A_failed_run_keeps_onnx_runtimes_words_and_the_session_lives_on()
    {
        using var session = TestModels.Open("dense_ae");
        using var wrong = new OnnxRun(session, [("x", Rows(TensorElementType.Float, 31, 1))],
            [("y", Rows(TensorElementType.Float, 32, 1))]);
        Assert.Equal(OnnxRunStatus.Failed, wrong.Run(1));
        Assert.Contains("invalid dimensions for input: x", wrong.LastError);
        Assert.Equal(OnnxRunStatus.Failed, wrong.Run(1));
        using var right = new OnnxRun(session, [("x", Rows(TensorElementType.Float, 32, 1))],
            [("y", Rows(TensorElementType.Float, 32, 1))]);
        Assert.Equal(OnnxRunStatus.Ok, right.Run(1));
    }

    [Fact]
    public void The_arena_says_what_it_holds()
    {
        using var session = TestModels.Open("conv_ae");
        using var run = new OnnxRun(session, [("window", new OnnxTensor(TensorElementType.Float, [0, 2, 64], 0, 64))],
            [("reconstruction", new OnnxTensor(TensorElementType.Float, [0, 2, 64], 0, 64))]);
        Assert.Equal(OnnxRunStatus.Ok, run.Run(64));
        var (reserved, peak) = session.ReadMemory();
        Assert.InRange(peak, 1, reserved);
        Assert.InRange(reserved, 1, TestModels.Library.ArenaMaxBytes);
    }
}
