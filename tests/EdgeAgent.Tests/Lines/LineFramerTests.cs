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
        Kind = FrameKind.Length, Start = [0xA5], LengthOffset =
            1, LengthAdds = 4, Check = CheckKind.Crc16Ccitt, CheckBigEndian = true, MaxBytes = 64,
    };

    static readonly FrameSettings Fixed =
        new() { Kind = FrameKind.Fixed, LengthBytes = 9, Start = [0xFF, 0x01], Check = CheckKind.Sum, CheckFrom = 1 };

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

    static byte[] SizedFrame(byte[] payload) => FrameBytes.Of(Sized, payload);
}
