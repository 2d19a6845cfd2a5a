using System.Text;
using System.Text.RegularExpressions;
using EdgeAgent.Configuration;
using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Formats;
using EdgeAgent.Sources.Mqtt;
using Xunit;

namespace EdgeAgent.Tests.Replays;

/// <summary>Every row of docs/cookbook.md: its message, read by its configuration, becomes its readings.</summary>
public sealed partial class CookbookTests
{
    static readonly string Page = File.ReadAllText(Repository.Path("docs/cookbook.md"));

    /// <summary>The rows: what one has, the message, the configuration, the readings.</summary>
    public static TheoryData<string, string, string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, string, string, string>();
            foreach (var line in Page.Split('\n'))
            {
                if (!line.StartsWith("| ", StringComparison.Ordinal) || line.StartsWith("| you have", StringComparison.Ordinal)) continue;
                var cells = line[2..^2].Split(" | ");
                rows.Add(cells[0], cells[1], cells[2], cells[3]);
            }

            return rows;
        }
    }

    [Fact]
    public void There_are_rows() => Assert.InRange(Rows.Count, 40, 1000);

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_row_does_what_it_says(string what, string message, string configuration, string becomes)
    {
        _ = what;
        var (topic, payload) = Codes(message) switch { [var t, var p] => (t, p), _ => throw new InvalidOperationException(message) };
        var bytes = payload.StartsWith("hex ", StringComparison.Ordinal) ? Convert.FromHexString(payload[4..])
            : Encoding.UTF8.GetBytes(payload);
        var lines = string.Concat(Codes(configuration).Select((c, i) => (i == 0 ? "      - " : "        ") + c + "\n"));
        using var folder = new TempDirectory();
        var file = folder.File("config.yaml");
        File.WriteAllText(file, $$"""
            agent: { id: gw, data_dir: ./data }
            sources:
              plant:
                type: mqtt
                url: mqtt://127.0.0.1
                client_id: gw
                subscriptions:

            """.ReplaceLineEndings("\n") + lines + """
            pipelines:
              p: { from: [plant], to: [screen] }
            outputs:
              screen: { type: console }
            """);
        var result = ConfigReader.ReadFile(file);
        Assert.True(result.Settings is not null, string.Join('\n', result.Findings));
        Assert.True(IsoTime.TryParse("2026-07-01T12:00:00Z"u8, out var arrivalNs));
        var subscriptions = ((MqttSourceSettings)result.Settings!.Sources[0]).Subscriptions;
        var explainer = new MessageExplainer(subscriptions, result.Settings.Agent.MaxLabelBytes);
        var readings = explainer.Explain(topic, bytes, arrivalNs).Where(l => l.StartsWith("reading", StringComparison.Ordinal))
            .Select(l => l[10..].Replace("  =  ", " = ", StringComparison.Ordinal).Replace("  at ", " at ",
                StringComparison.Ordinal)).ToList();
        Assert.True(explainer.IsGood);
        Assert.Equal(Codes(becomes), readings.Count == 0 ? ["nothing"] : readings);
    }

    static List<string> Codes(string cell) => [.. Code().Matches(cell).Select(m => m.Groups[1].Value)];

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
