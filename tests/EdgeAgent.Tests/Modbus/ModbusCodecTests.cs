using EdgeAgent.Core.Modbus;
using Xunit;

namespace EdgeAgent.Tests.Modbus;

/// <summary>Exact bytes: the worked examples of Modbus Application Protocol V1.1b3 §6.</summary>
public sealed class ModbusCodecTests
{
    public static TheoryData<int, int, int, string, string, string, string> Examples => new()
    {
        // function, address, count, data written, request, answer, data read
        { 1, 0x13, 0x13, "", "0100130013", "0103CD6B05", "CD6B05" },
        { 2, 0xC4, 0x16, "", "0200C40016", "0203ACDB35", "ACDB35" },
        { 3, 0x6B, 3, "", "03006B0003", "0306022B00000064", "022B00000064" },
        { 4, 8, 1, "", "0400080001", "0402000A", "000A" },
        { 5, 0xAC, 1, "01", "0500ACFF00", "0500ACFF00", "" },
        { 6, 1, 1, "0003", "0600010003", "0600010003", "" },
        { 15, 0x13, 10, "CD01", "0F0013000A02CD01", "0F0013000A", "" },
        { 16, 1, 2, "000A0102", "100001000204000A0102", "1000010002", "" },
    };

    static ModbusRequest Request(int function, int address, int count, string data, byte unit = 1) =>
        new(unit, (ModbusFunction)function, (ushort)address, (ushort)count, Convert.FromHexString(data));

    [Theory, MemberData(nameof(Examples))]
    public void Writes_the_request_of_the_specification(int function, int address, int count, string data, string request, string answer,
        string read)
    {
        var r = Request(function, address, count, data);
        var pdu = new byte[ModbusPdu.MaxBytes];
        Assert.True(ModbusLimits.AreKept(r));
        Assert.Equal(request, Convert.ToHexString(pdu.AsSpan(0, ModbusPdu.WriteRequest(r, pdu))));
        Assert.Equal(answer.Length / 2, ModbusPdu.AnswerLength(r));
        Assert.Equal(read.Length / 2, r.IsRead ? r.DataBytes : 0);
    }

    [Theory, MemberData(nameof(Examples))]
    public void Reads_the_answer_of_the_specification_torn_at_every_offset_between_noise(
        int function, int address, int count, string data, string request, string answer, string read)
    {
        Assert.NotEmpty(request);
        var r = Request(function, address, count, data);
        byte[] frame = [1, .. Convert.FromHexString(answer), 0, 0];
        RtuCodec.Seal(frame, frame.Length - 2);
        foreach (var noise in new byte[][] { [], [0x00], [0x01], [0x01, (byte)function], [0x01, (byte)function, 0x55, 0xAA], frame[..^1] })
        {
            byte[] all = [.. noise, .. frame, 0x13, 0x37];
            for (var cut = 0; cut <= all.Length; cut++)
            {
                var found = RtuCodec.FindAnswer(r, all.AsSpan(0, cut));
                if (cut < noise.Length + frame.Length) Assert.Equal(AnswerStatus.NeedMore, found.Status);
                else
                {
                    Assert.Equal(AnswerStatus.Ok, found.Status);
                    Assert.Equal(read, Convert.ToHexString(all.AsSpan(found.DataStart, found.DataLength)));
                }
            }
        }
    }

    [Fact]
    public void Knows_a_frame_of_the_serial_line_guide()
    {
        // Unit 2, read one register at 0x0000: bytes and check as sent by a libmodbus client.
        var frame = new byte[RtuCodec.MaxBytes];
        var n = RtuCodec.WriteRequest(Request(3, 0, 10, "", 0x11), frame);
        Assert.Equal("11030000000AC75D", Convert.ToHexString(frame.AsSpan(0, n)));
    }

    [Fact]
    public void Reads_a_refusal()
    {
        byte[] frame = [9, 0x83, 2, 0, 0];
        RtuCodec.Seal(frame, 3);
        var found = RtuCodec.FindAnswer(Request(3, 0, 1, "", 9), frame);
        Assert.Equal(new ModbusAnswer(AnswerStatus.Exception, ExceptionCode: 2), found);
        Assert.Equal("illegal data address", ModbusAnswer.Explain(found.ExceptionCode));
    }

    [Theory]
    [InlineData(3, 0, 126, false)]
    [InlineData(3, 0, 125, true)]
    [InlineData(3, 65535, 1, true)]
    [InlineData(3, 65535, 2, false)]
    [InlineData(1, 0, 2000, true)]
    [InlineData(1, 0, 2001, false)]
    [InlineData(4, 0, 0, false)]
    [InlineData(7, 0, 1, false)]
    public void Holds_the_limits(int function, int address, int count, bool valid) =>
        Assert.Equal(valid, ModbusLimits.AreKept(Request(function, address, count, "")));

    [Fact]
    public void Judges_what_did_not_answer()
    {
        Assert.Equal(AnswerStatus.TimedOut, RtuCodec.Judge([]));
        Assert.Equal(AnswerStatus.Corrupt, RtuCodec.Judge([1, 3, 2, 0, 0, 0, 0]));
        byte[] other = [7, 3, 2, 0, 1, 0, 0];
        RtuCodec.Seal(other, 5);
        Assert.Equal(AnswerStatus.Mismatch, RtuCodec.Judge(other));
    }

    [Fact]
    public void The_second_answer_of_a_slow_unit_is_not_taken_for_that_to_the_next_question()
    {
        var timing = new RtuTiming(9600);
        var exchange = new RtuExchange(timing);
        const long timeout = 100_000_000;
        byte[] answer = [1, 3, 2, 0, 7, 0, 0];
        RtuCodec.Seal(answer, 5);

        exchange.Begin(Request(3, 0, 1, ""), default, timeout);
        Assert.Equal(AnswerStatus.TimedOut, exchange.Expire(exchange.Deadline).Status);
        exchange.Begin(Request(3, 0, 1, ""), exchange.ReadyAt, timeout);
        Assert.Equal(AnswerStatus.Ok, exchange.Receive(answer, new(300_000_000)).Status);
        Assert.Equal(300_000_000 + timeout, exchange.ReadyAt.Ns);

        // Told once; another unit's silence is no reason to wait, nor is an answer that came damaged.
        exchange.Begin(Request(3, 0, 1, ""), exchange.ReadyAt, timeout);
        Assert.Equal(AnswerStatus.Ok, exchange.Receive(answer, new(500_000_000)).Status);
        Assert.Equal(500_000_000 + timing.BetweenFramesNs, exchange.ReadyAt.Ns);
        exchange.Begin(Request(3, 0, 1, "", 2), exchange.ReadyAt, timeout);
        exchange.Expire(exchange.Deadline);
        exchange.Begin(Request(3, 0, 1, ""), exchange.ReadyAt, timeout);
        exchange.Receive(answer.AsSpan(0, 4), new(700_000_000));
        Assert.Equal(AnswerStatus.Corrupt, exchange.Expire(exchange.Deadline).Status);
        exchange.Begin(Request(3, 0, 1, ""), exchange.ReadyAt, timeout);
        Assert.Equal(AnswerStatus.Ok, exchange.Receive(answer, new(900_000_000)).Status);
        Assert.Equal(900_000_000 + timing.BetweenFramesNs, exchange.ReadyAt.Ns);
    }

    [Fact]
    public void Times_follow_the_serial_line_specification()
    {
        var slow = new RtuTiming(9600);
        Assert.Equal(1_145_833, slow.CharacterNs);
        Assert.Equal(slow.CharacterNs * 7 / 2, slow.BetweenFramesNs);
        Assert.Equal(1_750_000, new RtuTiming(115200).BetweenFramesNs);
        var r = Request(4, 0, 2, "");
        Assert.Equal((8 + 9) * slow.CharacterNs + 2 * slow.BetweenFramesNs, slow.CycleNs(r));
    }
}
