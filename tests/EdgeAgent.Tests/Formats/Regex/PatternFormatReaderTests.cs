using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Formats.Regex;
using EdgeAgent.Tests.Lines;
using Xunit;

namespace EdgeAgent.Tests.Formats.Regex;

public sealed class PatternFormatReaderTests
{
    static (BadReason Reason, Dictionary<string, double> Values) Decode(FormatSettings format, string line)
    {
        var run = new LineRun(format);
        return (run.Decode(line), run.Values);
    }

    [Fact]
    public void Reads_the_groups_of_a_pattern()
    {
        var decoder = new PatternFormatSettings
        {
            Pattern = "^S\\s+(?<w>[-+]?\\d+[.,]\\d+) (?:kg|(?<g>\\d+) g)",
            Fields = [new("w", "weight", new(2, 1)), new("g", "grams")],
        };
        var (status, values) = Decode(decoder, "S   12,25 kg");
        Assert.Equal((BadReason.None, 25.5), (status, values["weight"]));
        Assert.False(values.ContainsKey("grams"));
        Assert.Equal(BadReason.NoMatch, Decode(decoder, "S x").Reason);
    }
}
