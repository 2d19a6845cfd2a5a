using EdgeAgent.Mqtt.Packets;
using Xunit;

namespace EdgeAgent.Tests.Mqtt.Packets;

public sealed class TopicFilterTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("/", true)]
    [InlineData("/finance", true)]
    [InlineData("#", true)]
    [InlineData("sport/tennis/#", true)]
    [InlineData("sport/tennis#", false)]
    [InlineData("sport/tennis/#/ranking", false)]
    [InlineData("+", true)]
    [InlineData("+/tennis/#", true)]
    [InlineData("sport+", false)]
    [InlineData("sport/+/player1", true)]
    [InlineData("sport/++", false)]
    [InlineData("a/+#", false)]
    [InlineData("", false)]
    [InlineData("a\0", false)]
    [InlineData("$share/group/a/#", true)]
    [InlineData("$share/group/", false)]
    [InlineData("$share/group", false)]
    [InlineData("$share//a", false)]
    [InlineData("$share/gr+up/a", false)]
    [InlineData("$share/g/a#", false)]
    [InlineData("$shared/a", true)]
    public void Filters_are_valid_or_not(string filter, bool expected) => Assert.Equal(expected, TopicFilter.IsValid(Utf8(filter)));

    [Theory]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1", true)]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1/ranking", true)]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true)]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player10", false)]
    [InlineData("sport/#", "sport", true)]
    [InlineData("sport/tennis/+", "sport/tennis/player1", true)]
    [InlineData("sport/tennis/+", "sport/tennis/player1/ranking", false)]
    [InlineData("sport/+", "sport", false)]
    [InlineData("sport/+", "sport/", true)]
    [InlineData("+/+", "/finance", true)]
    [InlineData("/+", "/finance", true)]
    [InlineData("+", "/finance", false)]
    [InlineData("#", "$SYS/a", false)]
    [InlineData("+/monitor/Clients", "$SYS/monitor/Clients", false)]
    [InlineData("$SYS/#", "$SYS/a", true)]
    [InlineData("$SYS/monitor/+", "$SYS/monitor/Clients", true)]
    [InlineData("$share/g/sport/+", "sport/a", true)]
    [InlineData("a", "A", false)]
    [InlineData("a/b", "a", false)]
    [InlineData("a", "a/b", false)]
    public void Filters_match_as_the_specification_says(string filter, string topic, bool expected) =>
        Assert.Equal(expected, TopicFilter.Matches(Utf8(filter), Utf8(topic)));

    [Fact]
    public void Matching_and_overlap_agree_with_trying_every_topic()
    {
        var topics = Paths(["a", "b", ""], 4).Concat(["$x", "$x/a", "$x/b", "$x/a/b", "$x/", "a/$x"]).Where(t => t.Length > 0).ToArray();
        var filters = Paths(["a", "b", "", "+", "#"], 3).Concat(["$x/#", "$x/+", "$x/a", "$x"]).Where(f => TopicFilter.IsValid(Utf8(f)))
            .ToArray();
        Assert.True(filters.Length > 60);
        var matches = filters.ToDictionary(f => f, f => topics.Where(t => MatchesSlowly(f.Split('/'), t.Split('/'), 0)).ToHashSet());
        foreach (var filter in filters)
        {
            foreach (var topic in topics)
                Assert.True(matches[filter].Contains(topic) == TopicFilter.Matches(Utf8(filter), Utf8(topic)), $"{filter} on {topic}");
            foreach (var other in filters)
                Assert.True(matches[filter].Overlaps(matches[other]) == TopicFilter.Overlap(Utf8(filter), Utf8(other)),
                    $"{filter} and {other}");
        }
    }

    [Fact]
    public void A_share_group_is_split_off()
    {
        Assert.True(TopicFilter.TrySplitShare("$share/g1/a/+/b"u8, out var group, out var filter));
        Assert.True(group.SequenceEqual("g1"u8) && filter.SequenceEqual("a/+/b"u8));
        Assert.False(TopicFilter.TrySplitShare("a/b"u8, out _, out _));
        Assert.True(TopicFilter.Overlap("$share/g/a/+"u8, "a/b"u8));
    }

    static bool MatchesSlowly(string[] filter, string[] topic, int at)
    {
        if (at == 0 && topic[0].StartsWith('$') && filter[0] is "+" or "#" && topic[0].StartsWith('$')) return false;
        if (at == filter.Length) return at == topic.Length;
        if (filter[at] == "#") return true;
        return at < topic.Length && (filter[at] == "+" || filter[at] == topic[at]) && MatchesSlowly(filter, topic, at + 1);
    }

    static IEnumerable<string> Paths(string[] levels, int depth) => depth == 1
        ? levels
        : levels.Concat(levels.SelectMany(l => Paths(levels, depth - 1).Select(p => l + "/" + p))).Distinct();

    static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
