using EdgeAgent.Core.Text;
using Xunit;

namespace EdgeAgent.Tests.Text;

public sealed class GlobPatternTests
{
    [Theory]
    [InlineData("*", "", true)]
    [InlineData("a*b*c", "axxbyyc", true)]
    [InlineData("a*b*c", "axxbyy", false)]
    [InlineData("?", "", false)]
    [InlineData("t?mp*", "temperature", true)]
    [InlineData("**a", "ba", true)]
    [InlineData("abc", "abcd", false)]
    [InlineData("*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    public void A_glob_matches_the_whole_text_or_not(string pattern, string text, bool expected) =>
        Assert.Equal(expected, GlobPattern.IsMatch(pattern, text));
}
