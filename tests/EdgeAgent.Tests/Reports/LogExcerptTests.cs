using System.Text.RegularExpressions;
using EdgeAgent.Reports;
using Xunit;

namespace EdgeAgent.Tests.Reports;

/// <summary>What a log's excerpt leaves out, against the same said as regular expressions.</summary>
public sealed partial class LogExcerptTests
{
    static readonly string[] s_parts =
    [
        "source x: ", "output a-b: ", "source : ", "connected", "connected to ", "Kafka ", "The broker ", "topic ", "Topic ", "xtopic ",
        "opic ", "_topic ", "topic", " ", "\t", "sensors/a/b", "mqtt://", "://", "u:p", "@", "u:p@h", "/", "Payload: ", "command ", "…",
        "2026-11-27T10:00:00+0000 ", "2026-11-27 10:00:00.123 INF ", "2026-11-27 10:00:00.123 INFO ", "host edge-agent[12]: ", "host a b: ",
    ];

    [Fact]
    public void Random_lines_are_shown_as_the_patterns_have_it()
    {
        var random = new Random(11);
        for (var i = 0; i < 100_000; i++)
        {
            var line = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => s_parts[random.Next(s_parts.Length)]));
            Assert.Equal(Expected(line), LogExcerpt.Line(line));
        }
    }

    static string Expected(string line)
    {
        var head = Head().Match(line).Value;
        var text = line[head.Length..];
        if (text.Length == 0) return head;
        var rest = Component().Match(text) is { Success: true } component ? text[component.Length..] : text;
        var isKnown = rest == "connected" || new[] { "connected to ", "Kafka ", "The broker " }.Any(rest.StartsWith);
        return head + (isKnown && !Foreign().IsMatch(text) ? Names().Replace(UserInfo().Replace(text, "$1…@"), "$1…")
            : $"(a line of {text.Length} characters that may hold what senders sent)");
    }

    [GeneratedRegex(@"^(\d{4}-\d\d-\d\dT[0-9:+\-.]+ \S+ [^ :]+: |\d{4}-\d\d-\d\d [0-9:.]+ [A-Z]{3} )?")]
    private static partial Regex Head();

    [GeneratedRegex(@"^(source|output) [^\s:]+: ", RegexOptions.CultureInvariant)]
    private static partial Regex Component();

    [GeneratedRegex("Payload: |It begins: |command ", RegexOptions.CultureInvariant)]
    private static partial Regex Foreign();

    [GeneratedRegex(@"(\b[tT]opic )\S+", RegexOptions.CultureInvariant)]
    private static partial Regex Names();

    [GeneratedRegex(@"(://)[^/@\s]+@", RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();
}
