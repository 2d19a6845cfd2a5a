using System.Text;
using EdgeAgent.Core.Text;
using Xunit;

namespace EdgeAgent.Tests.Text;

public sealed class TopicTemplates
{
    [Theory]
    [InlineData("sensors/{site}/{device}/{metric}", "sensors/+/+/+", "site,device,metric")]
    [InlineData("a/+/{b}/#", "a/+/+/#", "b")]
    [InlineData("#", "#", "")]
    [InlineData("s/temp_{d}/{rest#}", "s/+/#", "d,rest")]
    [InlineData("{a}-{b}_x", "+", "a,b")]
    [InlineData("/a//{x}", "/a//+", "x")]
    [InlineData("$SYS/{x}", "$SYS/+", "x")]
    [InlineData("größe/{x}", "größe/+", "x")]
    public void Gives_the_filter_and_the_labels(string text, string filter, string labels)
    {
        Assert.True(TopicTemplate.TryParse(text, out var template, out _));
        Assert.Equal(filter, template!.Filter);
        Assert.Equal(labels, string.Join(',', template.Labels));
    }

    [Theory]
    [InlineData("s/{a}/{b}", "s/x/y", "a=x,b=y")]
    [InlineData("s/{a}/{b}", "s//", "a=,b=")]
    [InlineData("s/{a}/{b}", "s/x", null)]
    [InlineData("s/{a}/{b}", "s/x/y/z", null)]
    [InlineData("s/{a}/{b}", "t/x/y", null)]
    [InlineData("s/{a}/b", "s/x/c", null)]
    [InlineData("s/{a}", "S/x", null)]
    [InlineData("s/#", "s", "")]
    [InlineData("s/#", "s/", "")]
    [InlineData("s/#", "s/a/b", "")]
    [InlineData("s/#", "st", null)]
    [InlineData("s/{a}/#", "s", null)]
    [InlineData("s/{a}/#", "s/1", "a=1")]
    [InlineData("s/+", "s/1", "")]
    [InlineData("s/+", "s", null)]
    [InlineData("{a}", "$SYS", null)]
    [InlineData("#", "$SYS/x", null)]
    [InlineData("+/x", "$SYS/x", null)]
    [InlineData("$SYS/{a}", "$SYS/x", "a=x")]
    [InlineData("{a}", "größe", "a=größe")]
    [InlineData("s/temp_{d}", "s/temp_a", "d=a")]
    [InlineData("s/temp_{d}", "s/temp_", null)]
    [InlineData("s/temp_{d}", "s/hum_a", null)]
    [InlineData("s/{d}_out/x", "s/a_b_out/x", "d=a_b")]
    [InlineData("s/{a}-{b}", "s/x-y-z", "a=x,b=y-z")]
    [InlineData("s/{a}-{b}", "s/-y", null)]
    [InlineData("s/{a}-{b}x", "s/1-2x", "a=1,b=2")]
    [InlineData("s/{p#}", "s/a/b", "p=a/b")]
    [InlineData("s/{a}/{p#}", "s/1/b/c/", "a=1,p=b/c/")]
    [InlineData("s/{p#}", "s", null)]
    [InlineData("s/{p#}", "s/", null)]
    [InlineData("{p#}", "$SYS/x", null)]
    [InlineData("s", "s", "")]
    [InlineData("s", "", null)]
    public void Matches_as_MQTT_does(string text, string topic, string? expected)
    {
        Assert.True(TopicTemplate.TryParse(text, out var template, out _));
        var labels = new List<KeyValuePair<string, string>> { new("kept", "1") };
        var bytes = Encoding.UTF8.GetBytes(topic);
        Assert.Equal(expected is not null, template!.TryMatch(bytes, labels));
        Assert.Equal(expected is not null, template.TryMatch(bytes, null));
        Assert.Equal(expected ?? "", string.Join(',', labels.Skip(1).Select(l => $"{l.Key}={l.Value}")));
        Assert.Equal("kept", labels[0].Key);
    }

    [Theory]
    [InlineData("", 1, "empty")]
    [InlineData("a/#/b", 3, "last")]
    [InlineData("a/b#", 4, "alone")]
    [InlineData("a/b+c", 4, "alone")]
    [InlineData("a/{b}{c}", 6, "some text")]
    [InlineData("a/x{b}y{b}", 3, "two levels")]
    [InlineData("a/{b", 4, "label name")]
    [InlineData("a/b}", 4, "{name}")]
    [InlineData("a/b}c{d}", 4, "{name}")]
    [InlineData("{a#}/b", 1, "last")]
    [InlineData("a/{1#}", 4, "label name")]
    [InlineData("a/{}", 4, "label name")]
    [InlineData("a/{1b}", 4, "label name")]
    [InlineData("a/{b c}", 4, "label name")]
    [InlineData("a/{b}/{b}", 7, "two levels")]
    [InlineData("$share/g/a", 1, "share:")]
    [InlineData("a\0b", 2, "U+0000")]
    public void Says_what_is_wrong_and_where(string text, int column, string words)
    {
        Assert.False(TopicTemplate.TryParse(text, out var template, out var failure));
        Assert.Null(template);
        Assert.Equal(column, failure.Offset + 1);
        Assert.Contains(words, failure.Message);
    }

    [Fact]
    public void Refuses_half_a_character()
    {
        Assert.False(TopicTemplate.TryParse("a/x\ud800", out _, out var failure));
        Assert.Equal(4, failure.Offset + 1);
        Assert.True(TopicTemplate.TryParse("a/\ud83d\ude00", out _, out _));
    }

    [Fact]
    public void Refuses_more_than_MQTT_can_carry() =>
        Assert.False(TopicTemplate.TryParse(new string('a', 65_536), out _, out _));
}
