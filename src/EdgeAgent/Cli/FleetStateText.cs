using System.Globalization;
using System.Text.Json;
using EdgeAgent.Status;

namespace EdgeAgent.Cli;

/// <summary>What <c>edge-agent fleet state</c> shows without <c>--json</c>: what a person needs to know, a line each.</summary>
static class FleetStateText
{
    /// <summary>Writes the answer of the agent.</summary>
    public static void Write(TextWriter to, JsonElement state)
    {
        var status = state.GetProperty("status");
        to.WriteLine($"{Text(state, "id")}  groups {string.Join(", ", Texts(state, "groups"))}  key {Text(state, "key")}");
        Line(to, "state", $"{Text(status, "state")}: {Meaning(Text(status, "state"))}");
        Line(to, "runs", Text(status, "running") + (Number(status, "since_s") is { } since ? $", since {Time(since)}" : ""));
        if (state.TryGetProperty("trial", out var trial))
            Line(to, "on trial", $"in place of {Text(trial, "previous")}"
                + (Text(status, "gate") is { Length: > 0 } gate ? $"; not as it has to be now: {gate}" : "; all gates are true"));
        if (Text(status, "wanted") is { Length: > 0 } wanted)
            Line(to, "wanted", wanted + (Text(status, "waits_for") is { Length: > 0 } waits ? $"; waits for {waits}" : ""));
        if (Text(state, "followed") is { Length: > 0 } followed) Line(to, "follows", $"the target of {followed}");
        if (Text(status, "hold") is { Length: > 0 } hold)
            Line(to, "held", (hold == "local" ? "the local file runs" : "targets are ignored") + " until `edge-agent fleet release`");
        if (Text(status, "fallback") is { Length: > 0 } fallback) Line(to, "fallback", $"what shall run cannot: {fallback}");
        Line(to, "root", Text(status, "root_error") is { Length: > 0 } failure ? failure
            : Number(status, "root") is > 0 and { } root ? $"{root} is trusted" : "none is trusted yet: the pinned one has not come");
        Line(to, "link", !status.TryGetProperty("connected", out var isUp) ? "none: documents come by `edge-agent fleet apply`"
            : (isUp.GetBoolean() ? "connected" : "not connected") + $", {Count(Number(status, "reports") ?? 0, "report")} sent"
                + (Text(status, "link_error") is { Length: > 0 } error ? $"; {error}" : ""));
        if (Number(status, "refused") is > 0 and { } refused)
            Line(to, "refused", $"{Count(refused, "message")}, the last one: {Text(status, "last_refused")}");
        foreach (var failed in state.GetProperty("failed").EnumerateArray())
            Line(to, "failed", $"{Text(failed, "message")}, at {Text(failed, "at")}");
        to.WriteLine();
        foreach (var line in Texts(state, "lines")) to.WriteLine(line);
    }

    static string Meaning(string state) => state switch
    {
        "fetching" => "a document is wanted and has not come yet",
        "checking" => "a document is here and is being checked",
        "waiting" => "a document could run, and its time has not come",
        "applying" => "a document is being put in force",
        "trial" => "a document runs and is judged by its gates",
        "reverting" => "the document before is being put back",
        _ => "what runs is what shall run",
    };

    static void Line(TextWriter to, string name, string text) => to.WriteLine($"  {name,-9} {text}");

    static string Count(long count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");

    static string Time(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("u", CultureInfo.InvariantCulture);

    static long? Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;

    static string Text(JsonElement json, string name) => StatusText.Text(json, name);

    static IEnumerable<string> Texts(JsonElement json, string name)
    {
        foreach (var item in json.GetProperty(name).EnumerateArray()) yield return item.GetString()!;
    }
}
