using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Formats.Csv;
using EdgeAgent.Core.Formats.Json;
using EdgeAgent.Core.Formats.KeyValue;
using EdgeAgent.Core.Formats.Number;
using EdgeAgent.Core.Formats.Regex;
using EdgeAgent.Tests.Decoding;
using Xunit;

namespace EdgeAgent.Tests.Formats;

/// <summary>What a text means is the same in every format that holds texts: marks, words for no value, states.</summary>
public sealed class TextsOfAllFormats
{
    public static readonly TheoryData<string> Formats = ["number", "csv", "key_value", "key_value all", "regex", "json", "json number"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_number_can_say_that_there_is_no_value(string format)
    {
        var run = Run(format, new() { Missing = ["-999", "N/A", "null"] });
        Assert.Equal("", run("-999"));
        Assert.Equal("v=-998", run("-998"));
        if (format != "json number") Assert.Equal("", run("-999 °C"));
        Assert.Equal("v=-999", run("-999.0"));
        Assert.Equal("", format == "json number" ? run("null") : format == "key_value all" ? "" : run("n/a"));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_number_can_be_a_state(string format)
    {
        if (format == "key_value all") return;
        var run = Run(format, TextRules.Default, new() { ["0"] = 1, ["1"] = 0 });
        Assert.Equal("v=1", run("0"));
        Assert.Equal("v=0", run("1"));
        Assert.Equal("v=2", run("2"));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Marks_mean_the_same(string format)
    {
        if (format == "json number") return;
        Assert.Equal("AmbiguousNumber", Run(format, TextRules.Default)("1,234"));
        Assert.Equal("v=21.5", Run(format, TextRules.Default)("21,5"));
        Assert.Equal("v=12345", Run(format, new() { Decimal = DecimalMark.Point })("12,345"));
        Assert.Equal("v=1234", Run(format, new() { Decimal = DecimalMark.Comma })("1.234"));
        Assert.Equal("v=1234.5", Run(format, new() { Decimal = DecimalMark.Comma })("1.234,5"));
        Assert.Equal("v=21.5", Run(format, TextRules.Default)("21.5 °C"));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_letter_that_may_be_a_factor_is_refused(string format)
    {
        if (format == "json number") return;
        Assert.Equal("AmbiguousNumber", Run(format, TextRules.Default)("4.7k"));
        Assert.Equal("AmbiguousNumber", Run(format, TextRules.Default)("5M"));
        Assert.Equal("v=5", Run(format, TextRules.Default)("5 k"));
        Assert.Equal("v=5", Run(format, TextRules.Default)("5V"));
    }

    [Fact]
    public void A_pair_that_is_no_number_is_passed_over_by_all()
    {
        var run = Run("key_value all", TextRules.Default);
        Assert.Equal("", run("word"));
        Assert.Equal("", run("12:30"));
        Assert.Equal("", run("2026-07-01"));
    }

    [Theory]
    [InlineData("0x")]
    [InlineData("-0x")]
    [InlineData("0X")]
    public void Hexadecimal_without_digits_is_no_number(string text) =>
        Assert.Equal("WrongType", Run("number", TextRules.Default)(text));

    static Func<string, string> Run(string format, TextRules text, Dictionary<string, double>? states = null)
    {
        var field = new FieldSettings { Path = "v", States = states ?? [] };
        FormatSettings decode = format switch
        {
            "number" => new NumberFormatSettings { Field = field with { Path = "" }, Text = text },
            "csv" => new CsvFormatSettings { Columns = ["a", "v"], Separator = ';', Fields = [field], Text = text },
            "key_value" => new KeyValueFormatSettings { Fields = [field], Text = text },
            "key_value all" => new KeyValueFormatSettings { AllFields = true, Text = text },
            "regex" => new PatternFormatSettings
            {
                Pattern = "v=(?<v>.*);", Fields = [new("v", "v")], Text = text, States = states ?? [],
            },
            _ => new JsonFormatSettings { Fields = [field with { Path = "$.v" }], Text = text },
        };
        var run = new DecodeRun(new SubscriptionSettings { Topic = "s", Decode = decode });
        return value => run.Decode("s", format switch
        {
            "number" => value,
            "csv" => $"x;{value}",
            "json" => $$"""{"v":"{{value}}"}""",
            "json number" => $$"""{"v":{{value}}}""",
            _ => $"w=z;v={value};",
        }).Replace(format == "number" ? "metric=value|now|" : "metric=v|now|", "v=", StringComparison.Ordinal);
    }
}
