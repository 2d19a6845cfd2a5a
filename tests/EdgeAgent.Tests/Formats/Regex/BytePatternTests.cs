using System.Text;
using System.Text.RegularExpressions;
using EdgeAgent.Core.Formats.Regex;
using Xunit;

namespace EdgeAgent.Tests.Formats.Regex;

public sealed class BytePatternTests
{
    static string? Find(string pattern, string input)
    {
        var compiled = BytePattern.TryParse(pattern, out var error);
        Assert.True(compiled is not null, error);
        var walked = Show(compiled, input, compiled.IsMatch(Encoding.UTF8.GetBytes(input)));
        var simulated = Show(compiled, input, compiled.Simulate(Encoding.UTF8.GetBytes(input)));
        Assert.True(walked == simulated, $"{pattern} over {input}: the table finds {walked}, the simulation {simulated}");
        return walked;
    }

    static string? Show(BytePattern compiled, string input, bool isMatch)
    {
        if (!isMatch) return null;
        var text = new StringBuilder();
        for (var g = 0; g <= compiled.Groups.Count; g++)
            text.Append(g == 0 ? "" : "|")
                .Append(compiled.TryGroup(g, out var range) ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(input)[range]) : "-");
        return text.ToString();
    }

    [Theory]
    [InlineData("T=(?<t>-?\\d+\\.\\d)", "x T=-12.5 C", "T=-12.5|-12.5")]
    [InlineData("^(a|ab)(c|bcd)$", "abcd", "abcd|a|bcd")]
    [InlineData("a+?b*", "aaabb", "a")]
    [InlineData("[^,]+,([^,]*)", "12,34,5", "12,34|34")]
    [InlineData("x{2,3}", "xxxxx", "xxx")]
    [InlineData("x{2,3}?", "xxxxx", "xx")]
    [InlineData("(?:ab)+(c)?", "zababd", "abab|-")]
    [InlineData("\\x24[\\]\\-a]", "q$-", "$-")]
    [InlineData("°C", "20 °C", "°C")]
    [InlineData("a{,2}", "a{,2}", "a{,2}")]
    [InlineData("[]a]+", "x]a", "]a")]
    [InlineData("", "x", "")]
    [InlineData("^$", "x", null)]
    public void Finds_what_perl_finds(string pattern, string input, string? expected) => Assert.Equal(expected, Find(pattern, input));

    [Theory]
    [InlineData("a(b", "at character 4: a group is not closed")]
    [InlineData("a)", "at character 2: no group is open here")]
    [InlineData("*a", "at character 2: nothing to repeat before *")]
    [InlineData("[a", "at character 3: a class [ is not closed")]
    [InlineData("(?=a)", "at character 3: a group is (…), (?:…) or (?<name>…); look-ahead and options are not supported")]
    [InlineData("\\b", "at character 3: \\b is not supported")]
    [InlineData("\\1", "at character 3: \\1 is not supported")]
    [InlineData("a{5,2}", "at character 2: repeats run from 0 to 255, the lower bound first")]
    [InlineData("(?<a>x)(?<a>y)", "at character 11: group a is named twice")]
    [InlineData("(a{200}){200}", "the pattern needs more than 2000 steps; use smaller repeats")]
    [InlineData("(?:(?:(?:){255}){255}){255}", "the pattern repeats too much; use smaller repeats")]
    public void Says_what_is_wrong(string pattern, string expected)
    {
        Assert.Null(BytePattern.TryParse(pattern, out var error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void Any_text_is_a_pattern_or_an_error()
    {
        var random = new Random(1);
        const string letters = "ab()[]{}*+?|^$\\.,-12<>:dwx\u00e9";
        for (var i = 0; i < 200_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(12)).Select(_ => letters[random.Next(letters.Length)])]);
            if (BytePattern.TryParse(text, out var error) is { } pattern) pattern.IsMatch("ab12ab"u8);
            else Assert.NotEmpty(error);
        }
    }

    [Fact]
    public void Agrees_with_the_framework_on_random_patterns()
    {
        var random = new Random(42);
        for (var i = 0; i < 4000; i++)
        {
            var pattern = Random(random, 3);
            var regex = new System.Text.RegularExpressions.Regex(pattern, RegexOptions.CultureInvariant);
            for (var k = 0; k < 10; k++)
            {
                var input = new string([.. Enumerable.Range(0, random.Next(10)).Select(_ => "ab1,"[random.Next(4)])]);
                var match = regex.Match(input);
                var expected = match.Success ? string.Join('|', match.Groups.Cast<Group>().Select(g => g.Success ? g.Value : "-")) : null;
                Assert.True(expected == Find(pattern, input), $"{pattern} over {input}");
            }
        }
    }

    [Theory]
    [InlineData("^T=(?<t>-?\\d+\\.\\d+)", true)]
    [InlineData("S\\s+(?<weight_kg>-?\\d+\\.\\d+) kg", true)]
    [InlineData("(?<x>\\d+),(?<y>\\d+)$", true)]
    [InlineData("^(?:on|off)", false)] // two ways on `o`
    [InlineData(".*(?<x>\\d)", false)]
    public void Most_patterns_of_lines_have_one_way_to_go(string pattern, bool expected) =>
        Assert.Equal(expected, BytePattern.TryParse(pattern, out _)!.IsOnePass);

    [Fact]
    public void A_search_that_starts_everywhere_takes_linear_steps()
    {
        // Every start walks to the end: the table gives up and the simulation decides.
        var pattern = BytePattern.TryParse("(?<x>a+)b", out _)!;
        Assert.True(pattern.IsOnePass);
        var input = Encoding.ASCII.GetBytes(new string('a', 200_000));
        Assert.False(pattern.IsMatch(input));
        Assert.True(pattern.IsMatch([.. input, (byte)'b']));
        Assert.True(pattern.TryGroup(1, out var range));
        Assert.Equal(0..200_000, range);
    }

    [Fact]
    public void The_classic_blow_up_takes_linear_steps()
    {
        var pattern = BytePattern.TryParse("^(a+)+$", out _)!;
        var input = Encoding.ASCII.GetBytes(new string('a', 5000) + "b");
        Assert.False(pattern.IsMatch(input));
    }

    // Repeats only of what takes at least one byte: engines differ on groups repeated over nothing.
    static string Random(Random random, int depth)
    {
        var parts = new StringBuilder();
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            var atom = random.Next(depth > 0 ? 7 : 4) switch
            {
                0 => "a",
                1 => "\\d",
                2 => "[^a,]",
                3 => ".",
                4 => $"({Random(random, depth - 1)})",
                5 => $"(?:{Random(random, depth - 1)}|{Random(random, depth - 1)})",
                _ => "b",
            };
            var simple = atom.Length < 6 && !atom.StartsWith('(');
            parts.Append(atom).Append(simple ? new[] { "", "", "*", "+?", "??", "{1,2}" }[random.Next(6)] : "");
        }

        return parts.ToString();
    }
}
