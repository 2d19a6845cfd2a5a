using EdgeAgent.Core.Specs;
using EdgeAgent.Sources.Mqtt;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EdgeAgent.Tests.Specs;

/// <summary>Durations, sizes, near names and overlapping filters.</summary>
public sealed class WordsTests
{
    [Theory]
    [InlineData("10s", 10_000_000)]
    [InlineData("500ms", 500_000)]
    [InlineData("7us", 7)]
    [InlineData("3d", 259_200_000_000)]
    [InlineData("1h30m", 5_400_000_000)]
    [InlineData("1d2h3m4s5ms6us", 93_784_005_006)]
    [InlineData("0s", 0)]
    public void Reads_durations(string text, long microseconds)
    {
        Assert.True(Words.TryDuration(text, out var span));
        Assert.Equal(microseconds, (long)span.TotalMicroseconds);
    }

    [Theory, InlineData(""), InlineData("10"), InlineData("s"), InlineData("-1s"), InlineData("1.5s"), InlineData("1m1h"),
        InlineData("1s1s"), InlineData("1 s"), InlineData("1S"),
     InlineData("1w"), InlineData("999999999999d"), InlineData("99999999999999999999s"), InlineData("10s "), InlineData("١s")]
    public void Refuses_durations(string text) => Assert.False(Words.TryDuration(text, out _));

    [Theory, InlineData("64MiB", 64L << 20), InlineData("1B", 1), InlineData("10MB", 10_000_000), InlineData("2GiB", 2L << 30),
        InlineData("0KiB", 0)]
    public void Reads_sizes(string text, long bytes)
    {
        Assert.True(Words.TrySize(text, out var read));
        Assert.Equal(bytes, read);
    }

    [Theory, InlineData(""), InlineData("64"), InlineData("MiB"), InlineData("-1MiB"), InlineData("1.5MiB"), InlineData("64mb"),
        InlineData("64 MiB"), InlineData("9999999999999GiB")]
    public void Refuses_sizes(string text) => Assert.False(Words.TrySize(text, out _));

    [Fact]
    public void Durations_written_read_back() =>
        Prop.ForAll(ArbMap.Default.ArbFor<long>().Filter(n => n >= 0), n =>
            Words.TryDuration(Words.Of(TimeSpan.FromTicks(n / 10 * 10)), out var read) && read.Ticks == n / 10 * 10)
                .QuickCheckThrowOnFailure();

    [Fact]
    public void Sizes_written_read_back() =>
        Prop.ForAll(ArbMap.Default.ArbFor<long>().Filter(n => n >= 0), n => Words.TrySize(Words.Size(n), out var read) && read == n)
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("topcis", "topic", "topic")]
    [InlineData("METRIC", "metric", "metric")]
    [InlineData("siet", "site", "site")]
    [InlineData("x", "abc", null)]
    [InlineData("completely", "different", null)]
    public void Suggests_near_names(string seen, string known, string? expected) => Assert.Equal(expected, Nearest.Find(seen, [known]));

    [Theory]
    [InlineData("a/b", "a/b", true)]
    [InlineData("a/{x}", "a/b", true)]
    [InlineData("a/+", "+/b", true)]
    [InlineData("a/#", "a", true)]
    [InlineData("#", "a/b/c", true)]
    [InlineData("#", "$SYS/x", false)]
    [InlineData("+/x", "$SYS/x", false)]
    [InlineData("a/+", "a", false)]
    [InlineData("a/+/c", "a/b/d", false)]
    [InlineData("a/#", "b/#", false)]
    [InlineData("a/b", "a/b/c", false)]
    public void Tells_overlapping_filters(string a, string b, bool expected)
    {
        Assert.Equal(expected, MqttOverlaps.Overlap(MqttOverlaps.Levels(a), MqttOverlaps.Levels(b)));
        Assert.Equal(expected, MqttOverlaps.Overlap(MqttOverlaps.Levels(b), MqttOverlaps.Levels(a)));
    }
}
