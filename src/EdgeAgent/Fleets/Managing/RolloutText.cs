using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Rollouts;

namespace EdgeAgent.Fleets.Managing;

/// <summary>Rollouts for people, and as JSON.</summary>
static class RolloutText
{
    /// <summary>A line of what happened.</summary>
    public static string Line(RolloutEvent e) => string.Create(CultureInfo.InvariantCulture,
        $"{e.At:HH:mm:ss} {e.Rollout} {e.Kind.ToString().ToLowerInvariant()}: "
            + $"{e.Text}{(e.Count is { } c && e.Kind != RolloutEventKind.Failed
            ? $" [{c.Good} good, {c.Failed} failed, {c.Trying} trying, {c.Silent} silent, {c.Absent} away; score {e.Score:F2}]" : "")}");

    /// <summary>The same as one JSON object.</summary>
    public static string Json(RolloutEvent e) => Encoding.UTF8.GetString(JsonText.Object(json =>
    {
        json.WriteString("event", e.Kind.ToString().ToLowerInvariant());
        json.WriteString("time", JsonText.Time(e.At));
        json.WriteString("rollout", e.Rollout);
        json.WriteString("group", e.Group);
        json.WriteString("document", e.Document);
        json.WriteString("text", e.Text);
        if (e.Sequence is { } sequence) json.WriteNumber("seq", sequence);
        if (e.Count is not { } c) return;
        json.WriteNumber("admitted", c.Admitted);
        json.WriteNumber("good", c.Good);
        json.WriteNumber("failed", c.Failed);
        json.WriteNumber("trying", c.Trying);
        json.WriteNumber("silent", c.Silent);
        json.WriteNumber("away", c.Absent);
        json.WriteNumber("score", Math.Round(e.Score, 3));
    }));

    /// <summary>How far the rollouts of the groups are.</summary>
    public static IEnumerable<string> Status(FleetView view, string? only)
    {
        var isAny = false;
        foreach (var (scope, target) in Of(view, only))
        {
            isAny = true;
            var c = target.Candidate!;
            var count = Count(view, scope, c);
            if (view.OldTarget(scope) is { } old) yield return $"{scope}: {old}";
            yield return $"{scope}: rollout {c.Rollout}, {c.State.ToString().ToLowerInvariant()}, target {target.Sequence} of "
                + $"{target.Issued:u}";
            yield return $"    version {c.Document.Version}, {c.Document.Digest}; before it "
                + $"{(target.Stable is { } s ? $"version {s.Version}, {s.Digest}" : "nothing")}";
            yield return $"    {c.Admit / 100.0:0.##} % and {c.Canaries.Count} canaries: {count.Admitted} admitted, {count.Good} good, "
                + $"{count.Failed} failed, {count.Trying} trying";
            yield return $"    {Evidence.Of(count.Good, count.Failed)}";
        }

        if (!isAny) yield return only is null ? "no rollout is under way" : $"no rollout of {only} is under way";
    }

    /// <summary>The same as members of a JSON object.</summary>
    public static void Write(Utf8JsonWriter json, FleetView view, string? only)
    {
        json.WriteStartArray("rollouts");
        foreach (var (scope, target) in Of(view, only))
        {
            var c = target.Candidate!;
            var count = Count(view, scope, c);
            json.WriteStartObject();
            json.WriteString("group", scope);
            json.WriteString("rollout", c.Rollout);
            json.WriteString("state", c.State.ToString().ToLowerInvariant());
            json.WriteNumber("seq", target.Sequence);
            json.WriteString("issued", JsonText.Time(target.Issued));
            json.WriteString("doc", c.Document.Digest);
            json.WriteNumber("version", c.Document.Version);
            json.WriteNumber("admit", c.Admit);
            JsonText.Texts(json, "canary", c.Canaries);
            json.WriteNumber("admitted", count.Admitted);
            json.WriteNumber("good", count.Good);
            json.WriteNumber("failed", count.Failed);
            json.WriteNumber("trying", count.Trying);
            json.WriteNumber("below", Evidence.UpperBound(count.Good, count.Failed));
            if (view.OldTarget(scope) is { } old) json.WriteString("error", old);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Says what is on the broker now.</summary>
    public static void Written(TextWriter output, string scope, Target? target, bool isJson) => output.WriteLine(isJson
        ? Encoding.UTF8.GetString(target!.ToPayload())
        : $"{scope}: target {target!.Sequence}, " + (target.Candidate is { } c
            ? $"rollout {c.Rollout} {c.State.ToString().ToLowerInvariant()} at {c.Admit / 100.0:0.##} %"
            : $"stable version {target.Stable!.Version}, {target.Stable.Digest}"));

    static IEnumerable<KeyValuePair<string, Target>> Of(FleetView view, string? only) =>
        view.Targets.Where(t => t.Value.Candidate is not null && (only is null || t.Key == only)).OrderBy(t => t.Key,
            StringComparer.Ordinal);

    /// <summary>The gateways that a candidate is for, counted by what trusted reports say.</summary>
    public static WaveCount Count(FleetView view, string scope, Candidate candidate)
    {
        var (admitted, good, failed, trying) = (0, 0, 0, 0);
        foreach (var gateway in view.Gateways.Values)
        {
            if (!candidate.Admits(gateway.Id) || !(scope.StartsWith('@') ? scope[1..] == gateway.Id
                : view.Follows(gateway, scope))) continue;
            admitted++;
            var outcome = gateway.IsTrusted ? Outcomes.Of(gateway.Report!, candidate) : Outcome.None;
            if (outcome == Outcome.Good) good++;
            else if (outcome == Outcome.Failed) failed++;
            else if (outcome == Outcome.Trying) trying++;
        }

        return new(admitted, good, failed, trying, 0, 0);
    }
}
