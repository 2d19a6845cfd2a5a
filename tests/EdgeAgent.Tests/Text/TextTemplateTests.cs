using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Text;
using Xunit;

namespace EdgeAgent.Tests.Text;

public sealed class TextTemplateTests
{
    static readonly LabelSet Labels = LabelSet.Of(("site", "s1"), ("device", "d{2}"));

    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData("{site}/{device}", "s1/d{2}")]
    [InlineData("{{site}}", "{site}")]
    [InlineData("{{{site}}}", "{s1}")]
    [InlineData("a{site}{site}", "as1s1")]
    [InlineData("{absent}-", "-")]
    public void Expands_labels_in_their_holes(string text, string expected)
    {
        Assert.True(TextTemplate.TryParse(text, out var template, out _));
        Assert.Equal(expected, template.Expand(Labels));
    }

    [Theory]
    [InlineData("a{", 2)]
    [InlineData("a{site", 2)]
    [InlineData("{site}}", 7)]
    [InlineData("}", 1)]
    [InlineData("ab{}", 4)]
    [InlineData("{ site}", 2)]
    [InlineData("{a{b}}", 1)]
    public void Says_where_it_is_wrong(string text, int column)
    {
        Assert.False(TextTemplate.TryParse(text, out _, out var error));
        Assert.Equal(column, error.Offset + 1);
        Assert.EndsWith(".", error.Message);
    }

    [Theory]
    [InlineData("{site}-{device}", false)]
    [InlineData("{{site}}", true)]
    public void A_text_without_holes_is_constant(string text, bool isConstant)
    {
        Assert.True(TextTemplate.TryParse(text, out var template, out _));
        Assert.Equal(isConstant, template.IsConstant);
    }
}
