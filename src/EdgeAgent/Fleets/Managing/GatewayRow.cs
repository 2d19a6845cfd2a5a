using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Rollouts;

namespace EdgeAgent.Fleets.Managing;

/// <summary>One gateway as the status shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">The word of its state; <c>silent</c> when it was not heard for two heartbeats, <c>never</c> when not at
/// all.</param>
/// <param name="Running">What runs, for people.</param>
/// <param name="Wanted">What its target wants of it, for people; empty when that runs.</param>
/// <param name="Heard">When it was heard.</param>
/// <param name="Note">What there is to say: what failed, what is wrong.</param>
/// <param name="Seen">All that is known.</param>
sealed record GatewayRow(string Id, string State, string Running, string Wanted, DateTimeOffset Heard, string Note, SeenGateway Seen)
{
    /// <summary>The row of a gateway.</summary>
    /// <param name="gateway">The gateway.</param>
    /// <param name="view">What is known.</param>
    /// <param name="heartbeat">How often gateways report.</param>
    /// <param name="now">The time.</param>
    public static GatewayRow Of(SeenGateway gateway, FleetView view, TimeSpan heartbeat, DateTimeOffset now)
    {
        if (gateway.Report is not { } report) return new(gateway.Id, "never", "", "", gateway.Heard, gateway.Trouble ?? "no report came",
            gateway);
        var target = TargetChoice.Choose(gateway.Id, view.GroupsOf(gateway), view.Targets);
        var wanted = target?.For(gateway.Id, report.Running?.Document.Digest)?.Document;
        var state = now - gateway.Heard > heartbeat * 2.4 ? "silent"
            : target?.Candidate is { State: CandidateState.Run } candidate && candidate.Admits(gateway.Id)
            && Outcomes.Of(report, candidate) == Outcome.Failed
            ? "failed" : report.State.ToString().ToLowerInvariant();
        return new(gateway.Id, state, Text(report.Running), wanted is null || wanted.Digest == report.Running?.Document.Digest ? ""
            : Text(wanted), gateway.Heard,
            string.Join("; ", Notes(gateway, report)), gateway);
    }

    static string Text(Fleet.Documents.Running? running) => running is null ? "local file" : Text(running.Document)
        + (running.IsGood ? "" : " (trial)");

    static string Text(DocumentRef document) => $"{document.Version} {document.Digest[..8]}";

    // The document itself runs: what failed were its values.
    static bool IsOfVars(Report report, LastFailed failed) =>
        report.Running is { } running && running.Document.Digest == failed.Document.Digest && running.Vars != failed.Vars;

    static IEnumerable<string> Notes(SeenGateway gateway, Report report)
    {
        if (gateway.Trouble is { } trouble) yield return trouble;
        if (report.IsFallback) yield return "fallback: its last good document cannot be read";
        if (report.IsHeld) yield return "held on site";
        if (report.HasDrift) yield return "drift: its local file differs";
        if (report.LastFailed is { } failed)
            yield return $"{Text(failed.Document)}{(IsOfVars(report, failed) ? $" with values {failed.Vars}" : "")} "
                + $"{failed.Kind.ToString().ToLowerInvariant()} by {failed.Gate}"
                + (string.IsNullOrEmpty(failed.Before + failed.After) ? "" : $" ({failed.Before} → {failed.After})");
        if (report.Refused is { } refused) yield return $"refused {refused.Topic}: {refused.Reason}";
    }
}
