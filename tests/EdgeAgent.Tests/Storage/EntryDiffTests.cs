using EdgeAgent.Core.State;
using EdgeAgent.Storage;
using Xunit;

namespace EdgeAgent.Tests.Storage;

/// <summary>A difference gives the new entry back from the old one, whatever both are, and never throws on anything else.</summary>
public sealed class EntryDiffTests
{
    [Fact]
    public void Any_entry_comes_back_from_any_other()
    {
        var random = new Random(1);
        for (var run = 0; run < 20_000; run++)
        {
            var old = new byte[random.Next(300)];
            random.NextBytes(old);
            if (run % 3 == 0) Array.Fill(old, (byte)7);
            var next = old.ToList();
            for (var change = random.Next(6); change > 0; change--)
            {
                var at = random.Next(next.Count + 1);
                var bytes = new byte[random.Next(40)];
                random.NextBytes(bytes);
                var length = Math.Min(bytes.Length, next.Count - at);
                if (random.Next(3) == 0) next.InsertRange(at, bytes);
                else if (random.Next(2) == 0) next.RemoveRange(at, length);
                else for (var i = 0; i < length; i++) next[at + i] = bytes[i];
            }

            Assert.Equal(next, Applied(old, Difference(old, [.. next]), next.Count));
        }
    }

    [Fact]
    public void Fields_that_change_and_items_that_are_put_in_cost_little_more_than_themselves()
    {
        var old = StoreCase.Payload(1, 400);
        var next = (byte[])old.Clone();
        StoreCase.Payload(2, 8).CopyTo(next, 100);
        StoreCase.Payload(3, 8).CopyTo(next, 200);
        Assert.InRange(Difference(old, next).Length, 16, 28);
        byte[] longer = [.. old[..50], .. StoreCase.Payload(4, 2), .. old[50..], .. StoreCase.Payload(5, 8)];
        Assert.InRange(Difference(old, longer).Length, 10, 22);
        Assert.InRange(Difference(longer, old).Length, 1, 12);
    }

    [Fact]
    public void Damaged_differences_never_throw()
    {
        var random = new Random(2);
        var old = StoreCase.Payload(1, 100);
        for (var run = 0; run < 50_000; run++)
        {
            var tokens = Difference(old, StoreCase.Payload(run, 100));
            if (random.Next(2) == 0) random.NextBytes(tokens);
            else tokens[random.Next(tokens.Length)] ^= (byte)random.Next(1, 256);
            var reader = new StateReader(tokens.AsSpan(0, random.Next(tokens.Length + 1)));
            EntryDiff.TryApply(old, ref reader, new byte[random.Next(200)]);
        }
    }

    static byte[] Difference(byte[] old, byte[] next)
    {
        var writer = new StateWriter();
        EntryDiff.Write(old, next, writer);
        return writer.Bytes.ToArray();
    }

    static byte[] Applied(byte[] old, byte[] difference, int length)
    {
        var next = new byte[length];
        var reader = new StateReader(difference);
        Assert.True(EntryDiff.TryApply(old, ref reader, next));
        Assert.True(reader.AtEnd);
        return next;
    }
}
