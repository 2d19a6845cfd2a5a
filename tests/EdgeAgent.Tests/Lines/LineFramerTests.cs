using System.Text;
using EdgeAgent.Core.Lines;
using Xunit;

namespace EdgeAgent.Tests.Lines;

public sealed class LineFramerTests
{
    static readonly FrameSettings Nmea = new()
    {
        Start = "$"u8.ToArray(), Check = CheckKind.Xor, CheckHex = true, CheckMark = (byte)'*', CheckFrom = 1,
    };

    static readonly FrameSettings Sized = new()
    {
        Kind = FrameKind.Length, Start = [0xA5], LengthOffset = 1, LengthAdds = 4, Check = CheckKind.Crc16Ccitt, CheckBigEndian = true, MaxBytes = 64,
    };

    static readonly FrameSettings Fixed = new() { Kind = FrameKind.Fixed, LengthBytes = 9, Start = [0xFF, 0x01], Check = CheckKind.Sum, CheckFrom = 1 };

    // Reads all frames when the bytes come in the given pieces, as a source does.
    static List<string> ReadAll(FrameSettings settings, byte[] bytes, params int[] cuts)
    {
        var framer = new LineFramer(settings);
        var found = new List<string>();
        var kept = new List<byte>();
        var from = 0;
        foreach (var cut in cuts.Append(bytes.Length))
        {
            kept.AddRange(bytes[from..cut]);
            from = cut;
            while (true)
            {
                var all = kept.ToArray();
                var f = framer.TryRead(all);
                kept.RemoveRange(0, f.Consumed);
                if (!f.Found) break;
                found.Add(Convert.ToHexString(all[f.Payload]));
            }
        }

        return found;
    }

    static string Hex(string text) => Convert.ToHexString(Encoding.ASCII.GetBytes(text));

    [Fact]
    public void Reads_lines_torn_at_every_offset()
    {
        var bytes = "T=1\r\n\nT=2\nT=3\r\n"u8.ToArray();
        for (var cut = 0; cut <= bytes.Length; cut++)
            Assert.Equal([Hex("T=1"), Hex("T=2"), Hex("T=3")], ReadAll(new FrameSettings(), bytes, cut).Where(h => h != ""));
    }

    [Fact]
    public void Finds_the_sentence_behind_noise_that_looks_like_a_start()
    {
        var good = "$GPDPT,1.5,0.2*65\r\n"u8.ToArray();
        good[^4] = (byte)"0123456789ABCDEF"[Checksum.Xor(good.AsSpan(1, good.Length - 6)) >> 4];
        good[^3] = (byte)"0123456789ABCDEF"[Checksum.Xor(good.AsSpan(1, good.Length - 6)) & 15];
        byte[] all = [.. "xx$$GP\x80$"u8, .. good, .. "$GPDPT,9*00\r\n"u8, .. good];
        for (var cut = 0; cut <= all.Length; cut++) Assert.Equal([Hex("GPDPT,1.5,0.2"), Hex("GPDPT,1.5,0.2")], ReadAll(Nmea, all, cut));
    }

    [Fact]
    public void A_false_length_does_not_swallow_the_next_frame()
    {
        var good = SizedFrame([1, 2, 3]);
        byte[] all = [0xA5, 40, 7, .. good, .. SizedFrame(new byte[40])];
        Assert.Equal([Convert.ToHexString(good[..^2]), Convert.ToHexString(SizedFrame(new byte[40])[..^2])], ReadAll(Sized, all));
    }

    [Fact]
    public void Silence_gives_up_what_is_incomplete()
    {
        var framer = new LineFramer(Sized);
        byte[] all = [0xA5, 40, 7, .. SizedFrame([9])];
        Assert.False(framer.TryRead(all).Found);
        var found = framer.TryRead(all, silent: true);
        Assert.True(found.Found);
        Assert.Equal((3, all.Length), (found.SkippedBytes, found.Consumed));
        Assert.Equal(2, framer.TryRead([0xA5, 40], silent: true).Consumed);
    }

    [Fact]
    public void An_endless_line_is_bounded_and_its_tail_is_no_frame()
    {
        var framer = new LineFramer(new FrameSettings { MaxBytes = 10 });
        var kept = new List<byte>();
        for (var i = 0; i < 1000; i++)
        {
            kept.Add((byte)'x');
            var f = framer.TryRead(kept.ToArray());
            kept.RemoveRange(0, f.Consumed);
            Assert.False(f.Found);
            Assert.InRange(kept.Count, 0, 11);
        }

        kept.AddRange("\nok\n"u8.ToArray());
        var last = framer.TryRead(kept.ToArray());
        Assert.Equal("ok", Encoding.ASCII.GetString(kept.ToArray()[last.Payload]));
    }

    [Fact]
    public void A_million_frames_with_rubbish_between_and_torn_anywhere_are_all_found()
    {
        foreach (var settings in new[] { Nmea, Sized, Fixed, new FrameSettings { Start = "<"u8.ToArray(), Delimiter = ">"u8.ToArray(), Check = CheckKind.Crc32, CheckHex = true, CheckBigEndian = true } })
            Fuzz(settings, 250_000);
    }

    [Fact]
    public void A_million_mutated_frames_never_throw_and_never_pass_with_a_wrong_check()
    {
        var random = new Random(17);
        var framer = new LineFramer(Sized);
        for (var i = 0; i < 1_000_000; i++)
        {
            var frame = SizedFrame(Payload(random, 8));
            frame[random.Next(2, frame.Length)] ^= (byte)(1 << random.Next(8));
            var f = framer.TryRead(frame.AsSpan(0, random.Next(frame.Length + 1)), random.Next(2) == 0);
            Assert.False(f.Found && f.SkippedBytes == 0);
            Assert.InRange(f.Consumed, 0, frame.Length);
        }
    }

    static void Fuzz(FrameSettings settings, int frames)
    {
        var random = new Random(2026);
        var framer = new LineFramer(settings);
        var buffer = new byte[8192];
        var (start, end) = (0, 0);
        var expected = new Queue<string>();
        var good = 0;
        var extra = 0;
        for (var i = 0; i < frames; i++)
        {
            if (random.Next(3) == 0) Append(Payload(random, 12));
            var frame = Frame(settings, Payload(random, 20));
            var whole = new LineFramer(settings).TryRead(frame);
            if (!whole.Found) throw new InvalidOperationException("the test made a bad frame");
            expected.Enqueue(Convert.ToHexString(frame[whole.Payload]));
            if (random.Next(50) == 0) frame = [.. frame[..^1], .. frame];
            Append(frame);
            if (random.Next(4) == 0) Read();
        }

        Read();
        Assert.Equal(frames, good);
        Assert.InRange(extra, 0, frames / 50);

        void Append(byte[] bytes)
        {
            foreach (var b in bytes)
            {
                buffer[end++] = b;
                if (random.Next(40) == 0) Read();
            }
        }

        void Read()
        {
            while (true)
            {
                var f = framer.TryRead(buffer.AsSpan(start, end - start));
                if (f.Found)
                {
                    var payload = Convert.ToHexString(buffer.AsSpan(start, end - start)[f.Payload]);
                    if (expected.TryPeek(out var next) && next == payload)
                    {
                        expected.Dequeue();
                        good++;
                    }
                    else extra++;
                }

                start += f.Consumed;
                if (!f.Found) break;
            }

            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }
    }

    static byte[] Payload(Random random, int most)
    {
        var bytes = new byte[random.Next(1, most)];
        random.NextBytes(bytes);
        return bytes;
    }

    static byte[] SizedFrame(byte[] payload) => Frame(Sized, payload);

    // Builds a frame by the written rules, apart from the framer's code.
    static byte[] Frame(FrameSettings s, byte[] payload)
    {
        if (s.Kind == FrameKind.Delimiter) payload = [.. payload.Select(b => (byte)('a' + b % 26))];
        byte[] body = s.Kind switch
        {
            FrameKind.Length => [.. s.Start, (byte)payload.Length, .. payload],
            FrameKind.Fixed => [.. s.Start, .. payload.Concat(new byte[20]).Take(s.LengthBytes - s.Start.Length - 1)],
            _ => [.. s.Start, .. payload],
        };
        var check = Checksum.Compute(s.Check, body.AsSpan(s.CheckFrom));
        var size = Checksum.SizeBytes(s.Check);
        var bytes = Enumerable.Range(0, size).Select(i => (byte)(check >> (8 * (s.CheckBigEndian ? size - 1 - i : i)))).ToArray();
        if (s.CheckHex) bytes = Encoding.ASCII.GetBytes(Convert.ToHexString(bytes));
        if (s.CheckMark is { } mark) bytes = [mark, .. bytes];
        return [.. body, .. bytes, .. s.Kind == FrameKind.Delimiter ? s.Delimiter : []];
    }
}
