using EdgeAgent.Core.Text;
using EdgeAgent.Tests.Decoding;
using Xunit;

namespace EdgeAgent.Tests.Text;

public sealed class JsonPaths
{
    [Theory]
    [InlineData("$", null, false)]
    [InlineData("$.a.b", "b", false)]
    [InlineData("a.b", "b", true)]
    [InlineData("$['a b']", "a b", false)]
    [InlineData("$[\"a'b\"]", "a'b", false)]
    [InlineData("$['it\\'s']", "it's", false)]
    [InlineData("$[0]", null, false)]
    [InlineData("[0].x", "x", true)]
    [InlineData("$.a[12].b[3]", "b", false)]
    [InlineData("$.größe", "größe", false)]
    [InlineData("$.*", null, false)]
    [InlineData("$[*]", null, false)]
    [InlineData("$.sensors.*.temperature", "temperature", false)]
    [InlineData("$.sensors[*]", "sensors", false)]
    [InlineData("$.{sensor}.Temperature", "Temperature", false)]
    [InlineData("$.m[{channel}].v", "v", false)]
    [InlineData("$.{device}_kw", null, false)]
    [InlineData("$['{x}']", "{x}", false)]
    [InlineData("*.v", "v", true)]
    [InlineData("$$.ts", "ts", false)]
    [InlineData("$$", null, false)]
    public void Reads_the_subset(string text, string? lastName, bool relative)
    {
        Assert.True(JsonPath.TryParse(text, out var path, out var failure), failure.Message);
        Assert.Equal(lastName, path!.LastName);
        Assert.Equal(relative, path.IsRelative);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("$a", 2)]
    [InlineData("$.", 3)]
    [InlineData("$..a", 3)]
    [InlineData("$.a.", 5)]
    [InlineData("$.a*b*", 6)]
    [InlineData("$.{a}{b}", 6)]
    [InlineData("$.{a", 3)]
    [InlineData("$.a}", 4)]
    [InlineData("$.{1a}", 4)]
    [InlineData("$.{}", 4)]
    [InlineData("$[*", 2)]
    [InlineData("$[{a}b]", 3)]
    [InlineData("$[*a]", 3)]
    [InlineData("$$a", 3)]
    [InlineData("$[-1]", 3)]
    [InlineData("$[1:2]", 3)]
    [InlineData("$[99999999999]", 3)]
    [InlineData("$[0", 2)]
    [InlineData("$['a]", 2)]
    [InlineData("$['a'x", 2)]
    [InlineData("$[?(@.a)]", 3)]
    [InlineData("$.a b", 4)]
    public void Says_what_is_wrong_and_where(string text, int column)
    {
        Assert.False(JsonPath.TryParse(text, out _, out var failure));
        Assert.Equal(column, failure.Offset + 1);
        Assert.NotEmpty(failure.Message);
    }

    [Theory]
    [InlineData("$", "5", "5")]
    [InlineData("$.a.b", """{"a":{"b":5},"b":6}""", "5")]
    [InlineData("$['a b']", """{"a b":5}""", "5")]
    [InlineData("$['a\"b']", """{"a\"b":5}""", "5")]
    [InlineData("$['😀']", """{"\ud83d\ude00":5}""", "5")]
    [InlineData("$['�']", """{"\ud83d":5}""", "5")]
    [InlineData("$[1]", "[4,5]", "5")]
    [InlineData("$[2]", "[4,5]", null)]
    [InlineData("$.a[1][0]", """{"a":[[1],[5,6]]}""", "5")]
    [InlineData("$.a[1].c", """{"a":[{"c":1},{"b":2,"c":5},{"c":3}]}""", "5")]
    [InlineData("$['']", """{"":5}""", "5")]
    [InlineData("$.a.b", """{"a":{"b":5},"a":{"c":6}}""", "5")]
    [InlineData("$.a.b", """{"a":[{"b":5}]}""", null)]
    [InlineData("$.a[0]", """{"a":{"0":5}}""", null)]
    public void Leads_to_the_value(string path, string payload, string? expected)
    {
        var run = new DecodeRun(DecodeRun.Json(path));
        for (var i = 0; i < 2; i++)
            Assert.Equal(expected is null ? "NoField" : $"device=d,metric=m|now|{expected}", run.Decode("s/d/m", payload));
    }
}
