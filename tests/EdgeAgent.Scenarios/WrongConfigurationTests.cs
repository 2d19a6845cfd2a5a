using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>Wrong configurations and the native binary: all findings with line and column, exit 78,
/// and less than a second of processor time.</summary>
public sealed class WrongConfigurationTests
{
    const int Wrong = 78;
    static readonly string Cases = Path.Combine(Repository.Root, "tests", "EdgeAgent.Tests", "cases", "config");

    [Fact]
    public void Every_case_gives_all_its_findings_and_78()
    {
        var run = 0;
        foreach (var folder in Directory.GetDirectories(Cases))
        {
            var expected = File.ReadAllLines(Path.Combine(folder, "expected.findings"));
            if (expected.All(l => l.Contains(" warning ", StringComparison.Ordinal))) continue;
            var config = Path.Combine(folder, "config.yaml");
            foreach (var command in (string[])["run", "check"])
            {
                var (code, lines) = Within1s(command, config);
                Assert.True(code == Wrong, $"{Path.GetFileName(folder)}, {command}: exit {code}\n{string.Join('\n', lines)}");
                Assert.Equal(expected, lines.Where(l => l.StartsWith(config + ":", StringComparison.Ordinal)
                    && char.IsAsciiDigit(l[config.Length + 1])).Select(l => l.Replace(config, "config.yaml", StringComparison.Ordinal)));
            }

            run++;
        }

        Assert.True(run > 40, $"only {run} cases were wrong");
    }

    [Theory]
    [InlineData("zeros")]
    [InlineData("keys")]
    [InlineData("one line")]
    public void Fifty_megabytes_are_one_finding(string what)
    {
        using var workspace = new Workspace();
        using (var file = File.Create(workspace["large.yaml"]))
        {
            var block = new byte[1 << 20];
            for (var i = 0; i < block.Length; i++) block[i] = what switch { "zeros" => 0, "keys" => (byte)"k: 1\n"[i % 5], _ => (byte)'[' };
            for (var i = 0; i < 50; i++) file.Write(block);
        }

        var (code, lines) = Within1s("run", workspace["large.yaml"]);
        Assert.Equal(Wrong, code);
        Assert.Contains("EA1002", Assert.Single(lines), StringComparison.Ordinal);
    }

    /// <summary>Runs a command that the kernel ends after a second of processor time.</summary>
    static (int Code, IReadOnlyList<string> Lines) Within1s(string command, string config)
    {
        using var child = new Child("sh", ["-c", "ulimit -t 1; exec \"$0\" \"$@\"", Repository.Agent, command, config]);
        return (child.WaitForEnd(), child.Lines);
    }
}
