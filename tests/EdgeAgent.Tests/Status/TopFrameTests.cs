using System.Text.Json;
using EdgeAgent.Status;
using Xunit;

namespace EdgeAgent.Tests.Status;

/// <summary>The picture of <c>edge-agent top</c>: rates from two looks, no line longer than the terminal is wide.</summary>
public sealed class TopFrameTests
{
    static readonly JsonElement s_before = Status(1_000, 40, "connected"), s_now = Status(3_500, 50, "failing");

    [Fact]
    public void Rates_are_the_difference_of_two_looks()
    {
        var lines = new TopFrame(s_now, s_before, 5).Lines(200, 50, hasColour: false);
        Assert.Contains(lines, l => l.StartsWith("plant ") && l.Contains(" 500 ") && l.Contains("3,500"));
        Assert.Contains(lines, l => l.StartsWith("central ") && l.Contains(" 2 ") && l.Contains("failing"));
        Assert.Contains(lines, l => l.Contains("Nothing listens on kafka:9092."));
        Assert.DoesNotContain(lines, l => l.Contains('\e'));
    }

    [Fact]
    public void The_first_look_has_no_rate() =>
        Assert.Contains(new TopFrame(s_now, null, 0).Lines(200, 50, false), l => l.StartsWith("plant ") && l.Contains(" 0 "));

    [Theory]
    [InlineData(20, 4)]
    [InlineData(40, 10)]
    [InlineData(200, 50)]
    public void Nothing_is_wider_or_higher_than_the_terminal(int width, int height)
    {
        var lines = new TopFrame(s_now, s_before, 5).Lines(width, height, hasColour: false);
        Assert.InRange(lines.Count, 1, height);
        Assert.All(lines, l => Assert.InRange(l.Length, 0, width));
    }

    [Fact]
    public void A_folded_part_is_not_shown()
    {
        var lines = new TopFrame(s_now, s_before, 5) { Parts = "o" }.Lines(200, 50, false);
        Assert.DoesNotContain(lines, l => l.StartsWith("SOURCES") || l.StartsWith("PIPELINES"));
        Assert.Contains(lines, l => l.StartsWith("OUTPUTS"));
    }

    [Fact]
    public void Colour_says_what_is_well()
    {
        var lines = new TopFrame(s_now, s_before, 5).Lines(200, 50, hasColour: true);
        Assert.Contains(lines, l => l.StartsWith("\e[32mplant ") && l.EndsWith("\e[0m"));
        Assert.Contains(lines, l => l.StartsWith("\e[31mcentral "));
    }

    static JsonElement Status(long readings, long confirmed, string state) => JsonDocument.Parse($$"""
        {"agent":{"id":"gw-1","version":"0.2.0","uptime_s":60,"resident_bytes":20000000,"series":3},
        "commits":{"done":{{readings / 10}},"last_ms":3.2,"longest_ms":9.5,"last_error":null},
        "sources":[{"name":"plant","type":"mqtt","state":"connected","connected":true,"readings":{{readings}},"bad":1}],
        "pipelines":[{"name":"each","readings":{{readings}},"records":{{confirmed}},"open_windows":7,"late":0}],
        "outputs":[{"name":"central","state":"{{state}}","connected":{{(state == "connected" ? "true" : "false")}},"confirmed":{{confirmed}},"backlog_records":12,"oldest_s":3,"dropped":0,"rejected":0,
        "last_error":"Nothing listens on kafka:9092."}]}
        """).RootElement;
}
