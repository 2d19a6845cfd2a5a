using System.Text.Json;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Rollouts;

namespace EdgeAgent.Fleets.Managing;

/// <summary>The fleet as a table for people, and as JSON.</summary>
static class StatusTable
{
    static readonly string[] s_head = ["GATEWAY", "STATE", "RUNS", "WANTED", "HEARD", "NOTE"];

    /// <summary>The rows that are asked for, what needs a look first.</summary>
    /// <param name="manager">The manager.</param>
    /// <param name="group">Only gateways that follow this group; null for all.</param>
    /// <param name="state">Only this state; null for all.</param>
    /// <param name="now">The time.</param>
    public static IReadOnlyList<GatewayRow> Rows(Manager manager, string? group, string? state, DateTimeOffset now) =>
    [
        .. manager.View.Gateways.Values.Where(g => group is null || manager.View.Follows(g, group))
            .Select(g => GatewayRow.Of(g, manager.View, manager.Settings.Heartbeat, now)).Where(r => state is null || r.State == state)
            .OrderBy(r => r.State is "steady" or "good").ThenBy(r => r.Id, StringComparer.Ordinal),
    ];

    /// <summary>The groups, a line each, and what is wrong with their targets.</summary>
    public static IEnumerable<string> Groups(FleetView view, string? only, DateTimeOffset now)
    {
        if (view.Root.Expires <= now)
            yield return $"root {view.Root.Version} expired at {view.Root.Expires:u}: gateways take nothing new. Publish a newer one.";
        foreach (var (scope, target) in view.Targets.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            if (only is not null && scope != only) continue;
            if (view.OldTarget(scope) is { } old) yield return $"{scope}: {old}";
            if (target.Expires <= now)
                yield return $"{scope}: target {target.Sequence} expired at {target.Expires:u}: gateways that have not taken it refuse it.";
            yield return $"{scope}: target {target.Sequence}, stable "
                + $"{(target.Stable is { } s ? $"{s.Version} {s.Digest[..8]}" : "none")}"
                + (target.Candidate is { } c
                    ? $"; rollout {c.Rollout}: {c.Document.Version} {c.Document.Digest[..8]} {c.State.ToString().ToLowerInvariant()} "
                        + $"at {c.Admit / 100.0:0.##} % and {c.Canaries.Count} canaries, {Counted(RolloutText.Count(view, scope, c))}"
                    : "");
        }

        foreach (var refused in view.Refused) yield return $"not taken: {refused}";
    }

    /// <summary>Writes the table.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="width">Columns of the screen.</param>
    /// <param name="height">Most lines.</param>
    /// <param name="now">The time.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<GatewayRow> rows, int width, int height, DateTimeOffset now)
    {
        var cells = rows.Take(Math.Max(0, height - 2)).Select(r =>
            (string[])[r.Id, r.State, r.Running, r.Wanted, Ages.Of(r.Heard, now), r.Note]).ToArray();
        var widths = new int[s_head.Length - 1];
        for (var i = 0; i < widths.Length; i++) widths[i] = cells.Select(c => c[i].Length).Append(s_head[i].Length).Max();
        foreach (var row in cells.Prepend(s_head))
        {
            var line = string.Concat(widths.Select((w, i) => row[i].PadRight(w + 2))) + row[^1];
            yield return (line.Length > width ? line[..Math.Max(0, width - 1)] + "…" : line).TrimEnd();
        }

        if (cells.Length < rows.Count) yield return $"and {rows.Count - cells.Length} more; --group and --state narrow it";
        yield return string.Join(", ", rows.GroupBy(r => r.State).OrderByDescending(g => g.Count()).Select(g => $"{g.Count()} {g.Key}")
            .Prepend($"{rows.Count} gateway{(rows.Count == 1 ? "" : "s")}"));
    }

    /// <summary>Writes all of it as one JSON object.</summary>
    public static void Write(Utf8JsonWriter json, FleetView view, IReadOnlyList<GatewayRow> rows, string? only)
    {
        json.WriteStartObject();
        json.WriteStartArray("targets");
        foreach (var (scope, target) in view.Targets.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            if (only is not null && scope != only) continue;
            json.WriteStartObject();
            json.WriteString("scope", scope);
            json.WriteBase64String("message", view.Known.Bytes(scope));
            json.WritePropertyName("target");
            json.WriteRawValue(target.ToPayload());
            if (view.OldTarget(scope) is { } old) json.WriteString("error", old);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("gateways");
        foreach (var row in rows) Write(json, row);
        json.WriteEndArray();
        json.WriteStartArray("not_taken");
        foreach (var refused in view.Refused) json.WriteStringValue(refused);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, GatewayRow row)
    {
        json.WriteStartObject();
        json.WriteString("id", row.Id);
        json.WriteString("state", row.State);
        json.WriteBoolean("trusted", row.Seen.IsTrusted);
        if (row.Heard > DateTimeOffset.MinValue) json.WriteString("heard", row.Heard.UtcDateTime);
        if (row.Seen.Failure is { } failure) json.WriteString("error", failure);
        if (row.Seen.Report is { } report)
        {
            json.WritePropertyName("report");
            json.WriteRawValue(report.ToPayload());
        }

        json.WriteEndObject();
    }

    static string Counted(WaveCount count) =>
        $"admitted {count.Admitted}, good {count.Good}, failed {count.Failed}, trying {count.Trying}";
}
