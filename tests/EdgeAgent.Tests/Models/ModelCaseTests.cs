using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeAgent.Cli;
using EdgeAgent.Clocks;
using EdgeAgent.Configuration;
using EdgeAgent.Core.Specs;
using EdgeAgent.Models;
using EdgeAgent.Replays;
using Xunit;

namespace EdgeAgent.Tests.Models;

/// <summary>Small models as Python's tools write them, with the scores that onnxruntime gives there or what <c>check</c> has to say:
/// <c>tests/models/cases</c>.</summary>
public sealed class ModelCaseTests
{
    static readonly string Folder = TestModels.PathOf("cases");

    static ModelCaseTests() => Assert.NotNull(TestModels.Library);

    /// <summary>The names of the cases.</summary>
    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Gives_the_right_scores_or_the_right_finding(string name)
    {
        var wanted = Cases[name];
        var config = Path.Combine(Folder, name, "config.yaml");
        var result = ConfigReader.ReadFile(config);
        var findings = ModelFindings.Of(result, config);
        var refused = findings.Any(f => f.Severity == Severity.Error);
        var words = wanted.GetProperty("words").EnumerateArray().Select(w => w.GetString()!).ToList();
        var told = (refused || wanted.GetProperty("may_warn").GetBoolean()) && words.Count > 0
            && findings.Any(f => words.TrueForAll(w => Regex.IsMatch(f.Message, w)));
        if (!File.Exists(Path.Combine(Folder, name, "expected.jsonl")))
        {
            Assert.True(told, string.Join('\n', findings));
            Assert.All(findings, f => Assert.False(f.Message.Contains(".cc:", StringComparison.Ordinal) || f.Message.Contains('\n')));
            return;
        }

        if (refused && told) return;
        Assert.False(refused, string.Join('\n', findings));
        var tolerance = wanted.GetProperty("tolerance").GetDouble();
        var right = Lines(Path.Combine(Folder, name, "expected.jsonl"))
            .ToDictionary(r => r.GetProperty("time").GetString()!, r => r.GetProperty("score").GetDouble());
        var scores = Scores(result, Path.Combine(Folder, wanted.GetProperty("recording").GetString()!));
        Assert.Equal(right.Keys.Order(), scores.Keys.Order());
        var median = right.Values.Select(Math.Abs).Order().ElementAt(right.Count / 2);
        Assert.All(right, r => Assert.InRange(Math.Abs(scores[r.Key] - r.Value), 0, tolerance * Math.Max(Math.Abs(r.Value), median)));
    }

    /// <summary>Each of the 47 cases that others reported stands for a kind: at least two of our own are of it.</summary>
    [Fact]
    public void Each_kind_has_two_more_cases_of_our_own()
    {
        var reported = Names("cases.json");
        var own = Names("more.json").Concat(Names("kinds.json")).ToHashSet();
        var kinds = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "of.json"))).RootElement.EnumerateObject()
            .ToDictionary(kind => kind.Name, kind => kind.Value.EnumerateArray().Select(c => c.GetString()!).Distinct().ToList());
        Assert.Equal(reported.Order(), kinds.Keys.Order());
        Assert.All(kinds, kind => Assert.True(kind.Value.Count >= 2 && kind.Value.TrueForAll(own.Contains), kind.Key));
        Assert.All(own, name => Assert.True(Directory.Exists(Path.Combine(Folder, name)), name));

        static List<string> Names(string file) =>
            [.. JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, file))).RootElement.EnumerateObject().Select(c => c.Name)];
    }

    static Dictionary<string, double> Scores(ConfigResult config, string recording)
    {
        using var host = new ModelHost(Replay.WithoutBudget(config.Settings!.Models), new SystemClock(), message => Assert.Fail(message));
        using var input = new StreamReader(recording);
        using var output = new MemoryStream();
        Assert.True(new Replay(config.Settings!, host).Run(input, output, TextWriter.Null));
        var scores = new Dictionary<string, double>();
        foreach (var line in Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var record = JsonDocument.Parse(line);
            var payload = record.RootElement.GetProperty("payload");
            if (payload.TryGetProperty("score", out var score) && score.ValueKind == JsonValueKind.Number)
                scores[Regex.Replace(payload.GetProperty("window_start").GetString()!, @"\.0+Z$", "Z")] = score.GetDouble();
        }

        return scores;
    }

    static readonly Dictionary<string, JsonElement> Cases = ((string[])["cases.json", "more.json", "kinds.json"])
        .SelectMany(file => JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, file))).RootElement.EnumerateObject())
        .ToDictionary(c => c.Name, c => c.Value);

    static IEnumerable<JsonElement> Lines(string path) => File.ReadLines(path).Select(l => JsonDocument.Parse(l).RootElement);
}
