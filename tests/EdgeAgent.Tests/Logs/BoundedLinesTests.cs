using EdgeAgent.Logs;
using Xunit;

namespace EdgeAgent.Tests.Logs;

/// <summary>Lines as a reader gives them, except that none is held beyond the bound.</summary>
public sealed class BoundedLinesTests
{
    [Theory]
    [InlineData("", new string?[0])]
    [InlineData("a\nb", new string?[] { "a", "b" })]
    [InlineData("a\r\n\nb\n", new string?[] { "a", "", "b" })]
    [InlineData("12345678\nx\n123456789\ny", new string?[] { "12345678", "x", null, "y" })]
    public void Lines_are_read_and_long_ones_passed_over(string text, string?[] expected)
    {
        var lines = new BoundedLines(new StringReader(text), 8);
        var read = new List<string?>();
        while (lines.TryRead(out var line)) read.Add(line);
        Assert.Equal(expected, read);
    }
}
