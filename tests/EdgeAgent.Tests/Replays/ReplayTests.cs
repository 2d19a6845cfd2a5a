using EdgeAgent.Configuration;
using EdgeAgent.Core.Gateways;
using EdgeAgent.Replays;
using Xunit;

namespace EdgeAgent.Tests.Replays;

/// <summary>Each folder of <c>cases/replay</c> holds a configuration, recorded messages and the exact bytes they become.</summary>
/// <remarks>The scenarios run the same folders through the native binary.
/// <c>EDGE_AGENT_ACCEPT=1</c> writes what is expected anew.</remarks>
public sealed class ReplayTests
{
    // Cases with a model name its folder by this variable.
    static ReplayTests()
    {
        Environment.SetEnvironmentVariable("EDGE_AGENT_TEST_MODELS", TestModels.PathOf(""));
        Assert.NotNull(TestModels.Library);
    }

    static readonly string Cases = Repository.Path("tests/EdgeAgent.Tests/cases/replay");

    /// <summary>The names of the cases.</summary>
    public static TheoryData<string> Names =>
        [.. Directory.GetDirectories(Cases).Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_recording_becomes_exactly_these_records(string name)
    {
        var folder = Path.Combine(Cases, name);
        var bytes = Run(folder);
        var expected = Path.Combine(folder, "expected.jsonl");
        if (Environment.GetEnvironmentVariable("EDGE_AGENT_ACCEPT") == "1") File.WriteAllBytes(expected, bytes);
        Assert.Equal(File.ReadAllText(expected), System.Text.Encoding.UTF8.GetString(bytes));
        Assert.NotEmpty(bytes);
        Assert.Equal(bytes, Run(folder));
    }

    /// <summary><c>cases/kinds.txt</c>: each case of the field stands for a kind, and two or more of our own are of it.</summary>
    [Fact]
    public void Each_kind_of_the_field_has_two_more_cases_of_our_own()
    {
        var kinds = File.ReadLines(Path.Combine(Cases, "..", "kinds.txt")).Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split([':', ' '], StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.Equal(41, kinds.Count);
        Assert.Equal(kinds.Count, kinds.Select(kind => kind[0]).Distinct().Count());
        Assert.All(kinds, kind =>
        {
            Assert.True(kind.Skip(1).Distinct().Count(own => own != kind[0]) >= 2, kind[0]);
            Assert.All(kind, name => Assert.True(Directory.Exists(Path.Combine(Cases, name)), name));
        });
    }

    [Fact]
    public void Lines_that_cannot_be_read_are_named_and_the_rest_is_replayed()
    {
        var settings = ConfigReader.ReadFile(Path.Combine(Cases, "every-reading", "config.yaml")).Settings!;
        using var output = new MemoryStream();
        using var errors = new StringWriter();
        var input = """
            {"source":"plant","topic":"sensors/p7/d1/t","payload":"1","at":"2026-01-01T00:00:00Z"}
            nonsense
            {"source":"plan","topic":"sensors/p7/d1/t","payload":"1","at":"2026-01-01T00:00:00Z"}
            {"source":"plant","topic":"sensors/p7/d1/t","payload":"1"}
            {"source":"plant","topic":"sensors/p7/d1/t","payload_base64":"Mg==","at":"2026-01-01T00:00:01Z"}
            {"source":"plant","topic":"sensors/p7/d1/t","payload":"3","at":"2025-12-31T00:00:00Z"}
            """;
        Assert.False(new Replay(settings).Run(new StringReader(input), output, errors));
        Assert.Equal(2, System.Text.Encoding.UTF8.GetString(output.ToArray()).Count(c => c == '\n'));
        Assert.Contains("line 2: not JSON", errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("line 3: source `plan`", errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("line 4: `at` is missing", errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("line 6: `at` goes back", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_could_not_be_read_is_told_with_its_reason_and_all_of_it_when_asked()
    {
        using var folder = new TempDirectory();
        File.WriteAllText(folder.File("config.yaml"), File.ReadAllText(Path.Combine(Cases, "dynamic-keys", "config.yaml")));
        var settings = ConfigReader.ReadFile(folder.File("config.yaml")).Settings!;
        var input = """
            {"source":"plant","topic":"hub/h1","payload":"{\"Sensors\":{}}","at":"2026-01-01T00:00:00Z"}
            {"source":"plant","topic":"hub/h1","payload":"{\"sensors\":{\"a\":{\"temperature\":\"1,234\"}}}","at":"2026-01-01T00:00:01Z"}
            {"source":"plant","topic":"hub/h1","payload":"{\"sensors\":{\"a\":{\"temperature\":21.5}}}","at":"2026-01-01T00:00:02Z"}
            """;
        using var output = new MemoryStream();
        using var errors = new StringWriter();
        Assert.True(new Replay(settings).Run(new StringReader(input), output, errors));
        Assert.Contains("line 1: hub/h1: There is no value at $.sensors.{sensor}.temperature. Payload: {\"Sensors\":{}}", errors.ToString(),
            StringComparison.Ordinal);
        Assert.Contains("line 2: hub/h1: `1,234` at $.sensors.{sensor}.temperature can be 1.234 or 1234. Say `decimal: comma` or",
            errors.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("line 3", errors.ToString(), StringComparison.Ordinal);

        using var told = new StringWriter();
        Assert.True(new Replay(settings) { Explains = true }.Run(new StringReader(input), new MemoryStream(), told));
        Assert.Contains("matches   hub/{hub}  →  hub=h1", told.ToString(), StringComparison.Ordinal);
        Assert.Contains("  value   $.sensors.{sensor}.temperature = 21.5", told.ToString(), StringComparison.Ordinal);
        Assert.Contains("reading   hub=h1,metric=temperature,sensor=a  =  21.5  at arrival", told.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_machine_too_slow_for_a_models_budget_gives_the_same_records()
    {
        var folder = Path.Combine(Cases, "drift");
        // No run keeps a budget of a tenth of a microsecond.
        var bytes = Run(folder, settings => settings
            with { Models = [.. settings.Models.Select(model => model with { Budget = TimeSpan.FromTicks(1) })] });
        Assert.Equal(File.ReadAllText(Path.Combine(folder, "expected.jsonl")), System.Text.Encoding.UTF8.GetString(bytes));
    }

    static byte[] Run(string folder, Func<GatewaySettings, GatewaySettings>? change = null)
    {
        var result = ConfigReader.ReadFile(Path.Combine(folder, "config.yaml"));
        Assert.True(result.Settings is not null, string.Join('\n', result.Findings));
        using var output = new MemoryStream();
        using var input = new StreamReader(Path.Combine(folder, "input.jsonl"));
        using var errors = new StringWriter();
        Assert.True(new Replay(change is null ? result.Settings! : change(result.Settings!)).Run(input, output, errors), errors.ToString());
        return output.ToArray();
    }
}
