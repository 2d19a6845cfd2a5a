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

    [Fact]
    public void A_share_group_is_split_off()
    {
        Assert.True(TopicFilter.TrySplitShare("$share/g1/a/+/b"u8, out var group, out var filter));
        Assert.True(group.SequenceEqual("g1"u8) && filter.SequenceEqual("a/+/b"u8));
        Assert.False(TopicFilter.TrySplitShare("a/b"u8, out _, out _));
    }

    static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
