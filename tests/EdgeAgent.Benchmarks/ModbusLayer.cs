using EdgeAgent.Core.Modbus;
using EdgeAgent.Core.Readings;

namespace EdgeAgent.Benchmarks;

/// <summary>A Modbus answer to readings: find the frame, check it, decode all values. One message is one register.</summary>
static class ModbusLayer
{
    const int Passes = 2000;

    public static void Run()
    {
        Case("120 registers u16", RegisterType.U16, ByteOrder.Abcd, 120);
        Case("120 registers f32 cdab", RegisterType.F32, ByteOrder.Cdab, 60);
        Case("120 registers i32", RegisterType.I32, ByteOrder.Abcd, 60);
    }

    static void Case(string name, RegisterType type, ByteOrder order, int values)
    {
        var width = new RegisterSettings { Metric = "m", Address = 0, Type = type }.Width;
        var unit = new ModbusUnitSettings
        {
            Unit = 1, Device = "d", Order = order,
            Registers = [.. Enumerable.Range(0, values)
                .Select(i => new RegisterSettings { Metric = $"m{i}", Address = i * width, Type = type, Scale = 0.1 })],
        };
        var read = PollPlan.For(unit).Single();
        var planned = read.Values.ToArray();
        var slave = new ModbusSlave(1000);
        foreach (var value in planned)
            RegisterEncoder.TryEncode(value.Register, order, 12.5, slave.Registers(RegisterTable.Holding, value.Register.Address));
        var frame = new byte[RtuCodec.MaxBytes];
        var exchange = new RtuExchange(new RtuTiming(115200));
        var request = exchange.Begin(read.Request, default, 1).ToArray();
        frame[0] = 1;
        var answer = frame.AsMemory(0, RtuCodec.Seal(frame, 1 + slave.Answer(request.AsSpan(1, 5), frame.AsSpan(1))));
        var batch = new ReadingBatch();
        Measure.Print("modbus", name, values * width, Passes, () =>
        {
            exchange.Begin(read.Request, default, 1);
            if (exchange.Receive(answer.Span, new(1)).Status != AnswerStatus.Ok)
                throw new InvalidOperationException("the answer was not found");
            var data = exchange.Data;
            batch.Count = 0;
            for (var i = 0; i < planned.Length; i++)
                if (planned[i].Format.Read(data, planned[i].Position, out var value) == ValueStatus.Ok) batch.Add(i, 0, value);
        });
    }
}
