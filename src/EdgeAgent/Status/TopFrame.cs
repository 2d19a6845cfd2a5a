using System.Text.Json;
using EdgeAgent.Core.Text;
using static EdgeAgent.Status.StatusText;

namespace EdgeAgent.Status;

/// <summary>One picture of the flow, sources to pipelines to outputs, from two looks at the status: rates are the difference.</summary>
/// <remarks>Pure. Lines are cut to the width; colour is added last, so that it takes no place.</remarks>
/// <param name="now">The status now.</param>
/// <param name="before">The status of an earlier look; null for the first.</param>
/// <param name="seconds">Time between the two [s].</param>
sealed class TopFrame(JsonElement now, JsonElement? before, double seconds)
{
    const string Bold = "\e[1m", Red = "\e[31m", Green = "\e[32m", Plain = "\e[0m";
    const int NameWidth = 20;
    readonly List<(string Text, string Colour)> _lines = [];

    /// <summary>Which parts are shown: any of <c>s</c>, <c>p</c> and <c>o</c>.</summary>
    public string Parts { get; init; } = "spo";

    /// <summary>The lines, each at most <paramref name="width"/> characters and at most <paramref name="height"/> of them.</summary>
    public IReadOnlyList<string> Lines(int width, int height, bool hasColour)
    {
        _lines.Clear();
        Head();
        if (Parts.Contains('s')) Part("sources", "SOURCES", $"{"state",-14}{"readings/s",14}{"readings",16}{"bad",10}", Source);
        if (Parts.Contains('p')) Part("pipelines", "PIPELINES",
            $"{"",-14}{"readings/s",14}{"records/s",16}{"windows",10}{"late",10}", Pipeline);
        if (Parts.Contains('o')) Part("outputs", "OUTPUTS",
            $"{"state",-14}{"confirmed/s",14}{"backlog",16}{"oldest",10}{"lost",10}", Output);
        return
        [
            .. _lines.Take(height).Select(line =>
            {
                var text = line.Text.Length > width ? line.Text[..width] : line.Text;
                return hasColour && line.Colour.Length > 0 ? line.Colour + text + Plain : text;
            }),
        ];
    }

    void Head()
    {
        var (agent, commits) = (now.GetProperty("agent"), now.GetProperty("commits"));
        Add($"edge-agent {Text(agent, "id")}  {Text(agent, "version")}  up {SpanText.Rounded(Number(agent, "uptime_s"))}  "
            + $"memory {Size(Number(agent, "resident_bytes"))}  series {Count(Number(agent, "series"))}", Bold);
        Add($"commits {Count(Rate(commits, before?.GetProperty("commits"), "done"))}/s, last {Number(commits, "last_ms"):0.0} ms, "
            + $"longest {Number(commits, "longest_ms"):0.0} ms");
        if (Text(commits, "last_error") is { Length: > 0 } error) Add($"COMMITS FAIL: {error}", Red);
    }

    void Part(string key, string title, string columns, Action<JsonElement, JsonElement?> row)
    {
        Add("");
        Add(title.PadRight(NameWidth) + columns, Bold);
        foreach (var one in now.GetProperty(key).EnumerateArray()) row(one, Earlier(key, Text(one, "name")));
    }

    void Source(JsonElement source, JsonElement? was) => Row(source, was,
        $"{Rated(source, was, "readings")}{Count(Number(source, "readings")),16}{Count(Number(source, "bad")),10}");

    void Pipeline(JsonElement pipeline, JsonElement? was) => Add($"{Name(pipeline)}{"",-14}{Rated(pipeline, was, "readings")}"
        + $"{Count(Rate(pipeline, was, "records")),16}{Count(Number(pipeline, "open_windows")),10}{Count(Number(pipeline, "late")),10}");

    void Output(JsonElement output, JsonElement? was) => Row(output, was,
        $"{Rated(output, was, "confirmed")}{Count(Number(output, "backlog_records")),16}{SpanText.Rounded(Number(output, "oldest_s")),10}"
            + $"{Count(Number(output, "dropped") + Number(output, "rejected")),10}");

    void Row(JsonElement one, JsonElement? was, string columns)
    {
        var state = Text(one, "state");
        var isWell = one.TryGetProperty("connected", out var connected) && connected.ValueKind == JsonValueKind.True;
        Add($"{Name(one)}{state,-14}{columns}", isWell ? Green : Red);
        if (!isWell && Text(one, "last_error") is { Length: > 0 } error) Add($"  {error}");
    }

    static string Name(JsonElement of) =>
        (Text(of, "name") is { Length: >= NameWidth } name ? name[..(NameWidth - 2)] + "… " : Text(of, "name")).PadRight(NameWidth);

    string Rated(JsonElement one, JsonElement? was, string name) => $"{Count(Rate(one, was, name)),14}";

    double Rate(JsonElement one, JsonElement? was, string name) =>
        was is { } earlier && seconds > 0 ? Math.Round(Math.Max(0, Number(one, name) - Number(earlier, name)) / seconds, 1) : 0;

    JsonElement? Earlier(string key, string name)
    {
        if (before is not { } status) return null;
        foreach (var one in status.GetProperty(key).EnumerateArray())
            if (Text(one, "name") == name) return one;
        return null;
    }

    void Add(string text, string colour = "") => _lines.Add((text, colour));
}
