using System.Text;
using EdgeAgent.Configuration;
using EdgeAgent.Core.Specs;
using Xunit;

namespace EdgeAgent.Tests.Configuration;

/// <summary>Mutated configurations: never an exception, always an end, findings that point into the file.</summary>
public sealed class ConfigFuzz
{
    const int Rounds = 6000;

    static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ":", ": ", "- ", "\n", "\n\n", "  ", "\t", "\"", "'", "#", "&a ", "*a", "!!x ", "%", "|", ">", "---\n", "...\n",
        "? ", "<<: *a\n",
        "${env:PATH}", "${", "$${", "{site}", "{{", "}}", "~", "null", "true", "-1", "1e999", "10s", "64MiB", "999999999999999999999",
        "\u0000", "\u2028", "\ud800", "é", "window:", "keep:", "type: kafka", "fields: [{ path: $.a }]", "time: ", "🙂",
    ];

    [Fact]
    public void Mutations_never_throw_and_point_into_the_file()
    {
        var random = new Random(20261122);
        var seeds = Directory.GetFiles(Repository.Path("tests/EdgeAgent.Tests/cases/config"), "config.yaml", SearchOption.AllDirectories)
            .Concat(Directory.GetFiles(Repository.Path("configs"), "*.yaml")).Where(f => new FileInfo(f).Length < 8000)
            .Order(StringComparer.Ordinal)
            .Select(File.ReadAllText).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            var text = Mutate(new(seeds[random.Next(seeds.Length)]), seeds, random);
            ConfigResult result;
            try
            {
                result = ConfigReader.Read(text, "f");
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"round {round}:\n{text}", e);
            }

            var lines = text.Split('\n').Length + text.Count(c => c is '\r' or '\u0085' or '\u2028' or '\u2029');
            Assert.All(result.Findings, f =>
            {
                Assert.InRange(f.Line, 1, lines + 1);
                Assert.InRange(f.Column, 1, text.Length + 2);
                Assert.False(f.ToString().AsSpan().ContainsAny('\n', '\r', '\0'));
            });
            Assert.InRange(result.Findings.Count, 0, 201);
            Assert.Equal(result.IsGood, !result.Findings.Any(f => f.Severity == Severity.Error));
        }
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    [InlineData("\"")]
    [InlineData("a: |\n ")]
    [InlineData("!!a ")]
    [InlineData("&a ")]
    [InlineData("a: b: ")]
    [InlineData("'a")]
    [InlineData("#")]
    [InlineData("a:\n")]
    [InlineData("- - - -\n")]
    public void Long_repeats_end_with_findings(string piece)
    {
        var text = new StringBuilder();
        while (text.Length < 900_000) text.Append(piece);
        Assert.NotEmpty(ConfigReader.Read(text.ToString(), "f").Findings);
    }

    static string Mutate(StringBuilder text, string[] seeds, Random random)
    {
        for (var n = random.Next(1, 5); n > 0; n--)
        {
            var at = random.Next(text.Length + 1);
            switch (random.Next(5))
            {
                case 0: text.Insert(at, Pieces[random.Next(Pieces.Length)]); break;
                case 1: text.Remove(at, random.Next(Math.Min(20, text.Length - at) + 1)); break;
                case 2: text.Length = at; break;
                case 3 when at < text.Length: text[at] = (char)random.Next(1, 256); break;
                default:
                    var other = seeds[random.Next(seeds.Length)];
                    var from = random.Next(other.Length);
                    text.Insert(at, other.AsSpan(from, random.Next(Math.Min(200, other.Length - from))));
                    break;
            }
        }

        return text.ToString();
    }
}
