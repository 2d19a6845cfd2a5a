using EdgeAgent.Core.Specs;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Rollouts;

namespace EdgeAgent.Fleets.Managing;

/// <summary>Why a gateway runs what it runs, line by line: each from where it is known.</summary>
static class Explanation
{
    /// <summary>The lines.</summary>
    public static IEnumerable<string> Of(SeenGateway gateway, FleetView view, DateTimeOffset now)
    {
        yield return gateway.Enrolled is { } line
            ? $"list: {line.Id}, {(line.Key is { } key ? $"key {key.Id}" : "no key: its reports move nothing")}, groups "
            + $"{Names(line.Groups)}"
            : "list: not there; its reports move nothing";
        if (gateway.Report is { } report)
        {
            yield return $"report {report.Number} of {report.Time:u}, heard {Ages.Of(gateway.Heard, now)} ago, "
                + (gateway.IsTrusted ? "signed by its key" : "not signed by its key")
                + (report.ClockIsSynchronised ? "" : "; its clock is not synchronised, so it looks at no expiry");
            yield return $"state: {report.State.ToString().ToLowerInvariant()}, agent {report.Agent} {report.Arch}, root {report.Root}"
                + (report.IsHeld ? ", held on site: no target is followed" : "") + (report.HasDrift ? ", local file differs" : "");
            yield return report.Running is { } running
                ? $"runs: version {running.Document.Version}, {running.Document.Digest}, "
                + $"{(running.Vars > 0 ? $"values {running.Vars}, " : "")}since {running.Since:u}, "
                + $"{(running.IsGood ? "good" : "under trial")}"
                : "runs: its local file";
            if (report.LastFailed is { } failed)
            {
                yield return $"failed last: version {failed.Document.Version}, {failed.Document.Digest}, "
                    + (failed.Vars > 0 ? $"values {failed.Vars}, " : "")
                    + $"at {failed.At:u}: {FailureText.Of(failed)}";
                foreach (var text in failed.Findings.Concat(failed.Log)) yield return $"    {text}";
            }

            if (report.Refused is { } refused)
                yield return $"refused last: {refused.Topic}: {refused.Reason}. {refused.Detail} ({refused.Count} in all)";
        }
        else yield return "report: none came";

        if (gateway.Failure is { } failure) yield return $"error: {failure}";
        foreach (var text in OfTarget(gateway, view)) yield return text;
    }

    static IEnumerable<string> OfTarget(SeenGateway gateway, FleetView view)
    {
        var scopes = TargetChoice.Scopes(gateway.Id, view.GroupsOf(gateway));
        var followed = scopes.FirstOrDefault(view.Targets.ContainsKey);
        yield return $"targets looked at in this order: {string.Join(", ", scopes)}; "
            + (followed is null ? "none of them has one" : $"the first that has one is {followed}");
        if (followed is null) yield break;
        var target = view.Targets[followed];
        if (view.OldTarget(followed) is { } old) yield return $"    {old}";
        yield return $"target {target.Sequence} of {target.Issued:u}: stable "
            + $"{(target.Stable is { } stable ? $"version {stable.Version}, {stable.Digest}" : "none")}";
        if (gateway.Report?.Sequences.TryGetValue(followed, out var seen) == true && seen != target.Sequence)
            yield return $"    the gateway has seen number {seen} of it";
        if (target.Candidate is { } candidate)
        {
            var bucket = Bucket.Of(candidate.Rollout, gateway.Id);
            yield return $"candidate: version {candidate.Document.Version}, {candidate.Document.Digest}, rollout {candidate.Rollout}, "
                + $"{candidate.State.ToString().ToLowerInvariant()}";
            yield return candidate.Canaries.Contains(gateway.Id) ? "    admitted: it is a canary"
                : bucket < candidate.Admit ? $"    admitted: its bucket {bucket} is below {candidate.Admit}"
                : $"    not admitted: its bucket {bucket} is not below {candidate.Admit}";
            if (candidate.Admits(gateway.Id) && candidate.Spread > TimeSpan.Zero)
            {
                var delay = Bucket.Delay(candidate.Rollout, gateway.Id, candidate.Spread);
                yield return $"    begins {Words.Of(TimeSpan.FromSeconds(Math.Round(delay.TotalSeconds)))} after it was told "
                    + $"({Words.Of(candidate.Spread)} for all)";
            }

            if (candidate.Window is { } window) yield return $"    begins only {window}";
            if (gateway.Report is { } report && Outcomes.Of(report, candidate) is Outcome.Failed)
                yield return "    it failed here and is not tried again until the rollout's `retry` is raised";
        }

        var wanted = target.For(gateway.Id, gateway.Report?.Running?.Document.Digest);
        yield return wanted is null ? "so it shall go on with what it runs"
            : $"so it shall run version {wanted.Document.Version}, {wanted.Document.Digest}, the "
            + $"{(wanted.Candidate is null ? "stable" : "candidate")} one";
    }

    static string Names(IReadOnlyList<string>? groups) => groups is null ? "as it reports them" : groups.Count == 0 ? "none"
        : string.Join(", ", groups);
}
