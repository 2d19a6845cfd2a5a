using EdgeAgent.Configuration;
using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.Specs;
using Xunit;

namespace EdgeAgent.Tests.Configuration;

/// <summary>Configurations of earlier versions, as they were released: each is taken, and upgraded without a word lost.</summary>
public sealed class OldConfigs
{
    static readonly string Cases = Repository.Path("tests/EdgeAgent.Tests/cases/config-old");

    /// <summary>All of them, with their version.</summary>
    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(Cases, "*.yaml", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Cases, f))
            .Order(StringComparer.Ordinal)];

    public OldConfigs() => Environment.SetEnvironmentVariable("KAFKA_PASSWORD", "example");

    [Theory, MemberData(nameof(Names))]
    public void Is_taken_and_upgraded(string name)
    {
        var text = File.ReadAllText(Path.Combine(Cases, name));
        var read = ConfigReader.Read(text, "/tmp/config.yaml");
        Assert.True(read.IsGood, string.Join('\n', read.Findings));
        Assert.DoesNotContain(read.Findings, f => f.Code == FindingCodes.UnknownKey);
        var upgraded = ConfigUpgrade.Of(text, read);
        var again = ConfigReader.Read(upgraded, "/tmp/config.yaml");
        Assert.Equal(GatewaySpec.Form, again.Root!.Get<long>("config"));
        Assert.True(again.Root.Has("config"));
        Assert.Equal(Plain(read), Plain(again));
        Assert.Equal(Words(text), Words(upgraded.Replace("config: 1\n", "", StringComparison.Ordinal)));
        Assert.Equal(upgraded, ConfigUpgrade.Of(upgraded, again));
    }

    [Fact]
    public void A_later_form_is_refused_with_what_to_do()
    {
        var read = ConfigReader.Read("config: 2\n" + TestConfig.Text, "/tmp/config.yaml");
        Assert.False(read.IsGood);
        Assert.Contains(read.Findings, f => f.Code == FindingCodes.LaterForm && f.Message.Contains("form 2; this version reads 1",
            StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("# a\n\nagent:\n  id: x\n", "# a\n\nconfig: 1\nagent:\n  id: x\n")]
    [InlineData("  agent: { id: x }\r\n", "  config: 1\r\n  agent: { id: x }\r\n")]
    [InlineData("# a\n{ agent: { id: x } }", "# a\n{ config: 1, agent: { id: x } }")]
    public void The_form_is_written_before_the_first_key(string text, string upgraded) =>
        Assert.Equal(upgraded, ConfigUpgrade.Of(text, ConfigReader.Read(text, "/tmp/config.yaml")));

    [Fact]
    public void A_diff_shows_what_is_added()
    {
        using var diff = new StringWriter();
        ConfigUpgrade.WriteDiff("# a\nb: 1\nc: 2\nd: 3\n", "# a\nconfig: 1\nb: 1\nc: 2\nnow: 3\n", "f", diff);
        Assert.Equal("--- f\n+++ f, upgraded\n # a\n+config: 1\n b: 1\n c: 2\n…\n b: 1\n c: 2\n-d: 3\n+now: 3\n \n…\n", diff.ToString());
    }

    static string Plain(ConfigResult read)
    {
        using var writer = new StringWriter();
        EffectiveConfig.Write(read, "c", writer);
        return string.Concat(writer.ToString().Split('\n').Select(line => line.Split("  # ")[0] + "\n"));
    }

    static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
