using EdgeAgent.Core.Modbus;
using Xunit;

namespace EdgeAgent.Tests.Modbus;

/// <summary>A million random and mutated frames a reader, fixed seed, torn anywhere; the next good frame is always found.</summary>
public sealed class ModbusFuzzTests
{
    const int Frames = 1_000_000;

    [Fact]
    public void A_good_answer_is_found_after_any_rubbish()
    {
        var random = new Random(20261122);
        var slave = Filled(random);
        var exchange = new RtuExchange(new RtuTiming(115200));
        var pdu = new byte[ModbusPdu.MaxBytes];
        var line = new byte[1024];
        var collisions = 0;
        for (var i = 0; i < Frames; i++)
        {
            var r = RandomRead(random);
            exchange.Begin(r, default, 1_000_000_000);
            var n = Rubbish(random, line, r);
            var ask = new byte[5];
            ModbusPdu.WriteRequest(r, pdu);
            pdu.AsSpan(0, 5).CopyTo(ask);
            line[n] = r.Unit;
            var answerBytes = slave.Answer(ask, line.AsSpan(n + 1));
            var end = n + RtuCodec.Seal(line.AsSpan(n), 1 + answerBytes);
            var cut = random.Next(end + 1);
            var first = exchange.Receive(line.AsSpan(0, cut), new(1));
            var found = first.Status == AnswerStatus.NeedMore ? exchange.Receive(line.AsSpan(cut, end - cut), new(2)) : first;
            if (found.Status == AnswerStatus.Ok && exchange.Data.SequenceEqual(line.AsSpan(n + 3, r.DataBytes))) continue;
            collisions++;
            Assert.True(IsSealedEarlier(line.AsSpan(0, end), n, r));
        }

        // Rubbish shaped like an answer passes a 16-bit check once in 65,536 times; half a million times it is so shaped.
        Assert.InRange(collisions, 0, 40);
    }

    static bool IsSealedEarlier(ReadOnlySpan<byte> line, int n, in ModbusRequest r)
    {
        var length = 5 + r.DataBytes;
        for (var start = 0; start < n; start++)
        {
            if (start + length <= line.Length && RtuCodec.IsSealed(line.Slice(start, length))) return true;
            if (start + 5 <= line.Length && RtuCodec.IsSealed(line.Slice(start, 5))) return true;
        }

        return false;
    }

    [Fact]
    public void Mutated_answers_never_throw_and_never_pass_with_a_wrong_check()
    {
        var random = new Random(7);
        var slave = Filled(random);
        var exchange = new RtuExchange(new RtuTiming(9600));
        var pdu = new byte[ModbusPdu.MaxBytes];
        var line = new byte[600];
        for (var i = 0; i < Frames; i++)
        {
            var r = RandomRead(random);
            exchange.Begin(r, default, 1_000_000_000);
            ModbusPdu.WriteRequest(r, pdu);
            line[0] = r.Unit;
            var end = RtuCodec.Seal(line, 1 + slave.Answer(pdu.AsSpan(0, 5), line.AsSpan(1)));
            line[random.Next(end)] ^= (byte)(1 << random.Next(8));
            var cut = random.Next(end + 1);
            exchange.Receive(line.AsSpan(0, cut), new(1));
            Assert.Equal(AnswerStatus.NeedMore, exchange.Receive(line.AsSpan(cut, end - cut), new(2)).Status);
            Assert.NotEqual(AnswerStatus.Ok, exchange.Expire(new(3)).Status);
        }
    }

    [Fact]
    public void Tcp_survives_random_bytes_and_follows_a_good_stream()
    {
        var random = new Random(11);
        var slave = Filled(random);
        var exchange = new TcpExchange();
        var line = new byte[600];
        for (var i = 0; i < Frames; i++)
        {
            var r = RandomRead(random);
            var sent = exchange.Begin(r, default, 1);
            var stale = random.Next(3);
            var n = 0;
            var pdu = sent[7..].ToArray();
            var id = (ushort)(sent[0] << 8 | sent[1]);
            for (var k = stale; k >= 0; k--) n += Frame(line.AsSpan(n), (ushort)(id - k), r.Unit, slave, pdu, k > 0);
            if (random.Next(10) == 0)
            {
                line[random.Next(n)] ^= (byte)random.Next(1, 256);
                exchange.Receive(line.AsSpan(0, n), new(1));
                exchange.Reset(new(2));
                continue;
            }

            var cut = random.Next(n + 1);
            var first = exchange.Receive(line.AsSpan(0, cut), new(1));
            var found = first.Status == AnswerStatus.NeedMore ? exchange.Receive(line.AsSpan(cut, n - cut), new(1)) : first;
            Assert.Equal(AnswerStatus.Ok, found.Status);
            Assert.True(exchange.Data.SequenceEqual(line.AsSpan(n - r.DataBytes, r.DataBytes)));
        }
    }

    [Fact]
    public void A_slave_takes_any_bytes_and_finds_the_next_request()
    {
        var random = new Random(13);
        var slave = Filled(random);
        var answer = new byte[ModbusPdu.MaxBytes];
        var line = new byte[700];
        for (var i = 0; i < Frames; i++)
        {
            var r = RandomRead(random);
            var n = random.Next(12);
            random.NextBytes(line.AsSpan(0, n));
            var end = n + RtuCodec.WriteRequest(r, line.AsSpan(n));
            var from = 0;
            var found = false;

            // Torn in turn at every offset: what comes first, then all of it, from where the first part left off.
            for (var to = i % (end + 1); ; to = end)
            {
                while (RtuRequestReader.TryFind(line.AsSpan(from, to - from), out var start, out var length, out var drop))
                {
                    Assert.InRange(drop, 0, start);
                    var pdu = line.AsSpan(from + start + 1, length - 3);
                    Assert.InRange(slave.Answer(pdu, answer), 2, ModbusPdu.MaxBytes);
                    found |= from + start == n;
                    from += start + length;
                }

                RtuRequestReader.TryFind(line.AsSpan(from, to - from), out _, out _, out var hopeless);
                from += hopeless;
                if (to == end) break;
            }

            Assert.True(found);
        }
    }

    static int Frame(Span<byte> to, ushort id, byte unit, ModbusSlave slave, byte[] pdu, bool shorter)
    {
        var n = shorter ? 2 : slave.Answer(pdu, to[7..]);
        if (shorter) (to[7], to[8]) = (0x83, 4);
        (to[0], to[1], to[2], to[3], to[4], to[5], to[6]) = ((byte)(id >> 8), (byte)id, 0, 0, 0, (byte)(n + 1), unit);
        return 7 + n;
    }

    static int Rubbish(Random random, byte[] line, in ModbusRequest r)
    {
        var n = random.Next(20);
        random.NextBytes(line.AsSpan(0, n));
        if (random.Next(2) == 0 && n > 3) (line[n - 3], line[n - 2], line[n - 1]) = (r.Unit, (byte)r.Function, (byte)r.DataBytes);
        return n;
    }

    static ModbusRequest RandomRead(Random random)
    {
        var function = (ModbusFunction)random.Next(1, 5);
        var count = random.Next(1, random.Next(4) == 0 ? 126 : 6);
        return new((byte)random.Next(1, 248), function, (ushort)random.Next(0, 2000), (ushort)count);
    }

    static ModbusSlave Filled(Random random)
    {
        var slave = new ModbusSlave(4096);
        random.NextBytes(slave.Registers(RegisterTable.Holding, 0));
        random.NextBytes(slave.Registers(RegisterTable.Input, 0));
        for (var i = 0; i < 4096; i++)
            (slave.Bits(RegisterTable.Coil)[i], slave.Bits(RegisterTable.Discrete)[i]) = (random.Next(2) == 0, random.Next(2) == 0);
        return slave;
    }
}
