using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Rollouts;

namespace EdgeAgent.Fleets.Managing;

/// <summary>One gateway as the status shows it.</summary>
sealed record GatewayRow
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The word of its state; <c>silent</c> when it was not heard for two heartbeats, <c>never</c> when not at all.</summary>
    public required string State { get; init; }

    /// <summary>What runs, for people.</summary>
    public required string Running { get; init; }

    /// <summary>What its target wants of it, for people; empty when that runs.</summary>
    public required string Wanted { get; init; }

    /// <summary>When it was heard.</summary>
    public required DateTimeOffset Heard { get; init; }

    /// <summary>What there is to say: what failed, what is wrong.</summary>
    public required string Note { get; init; }

    /// <summary>All that is known.</summary>
    public required SeenGateway Seen { get; init; }

    /// <summary>The row of a gateway.</summary>
    /// <param name="gateway">The gateway.</param>
    /// <param name="view">What is known.</param>
    /// <param name="heartbeat">How often gateways report.</param>
    /// <param name="now">The time.</param>
    public static GatewayRow Of(SeenGateway gateway, FleetView view, TimeSpan heartbeat, DateTimeOffset now)
    {
        if (gateway.Report is not { } report)
            return new() { Id = gateway.Id, State = "never", Running = "", Wanted = "", Heard = gateway.Heard,
                Note = gateway.Failure ?? "no report came", Seen = gateway };
        var target = TargetChoice.Choose(gateway.Id, view.GroupsOf(gateway), view.Targets);
        var wanted = target?.For(gateway.Id, report.Running?.Document.Digest)?.Document;
        var state = now - gateway.Heard > heartbeat * 2.4 ? "silent"
            : target?.Candidate is { State: CandidateState.Run } candidate && candidate.Admits(gateway.Id)
            && Outcomes.Of(report, candidate) == Outcome.Failed
            ? "failed" : report.State.ToString().ToLowerInvariant();
        return new()
        {
            Id = gateway.Id,
            State = state,
            Running = Text(report.Running),
            Wanted = wanted is null || wanted.Digest == report.Running?.Document.Digest ? "" : Text(wanted),
            Heard = gateway.Heard,
            Note = string.Join("; ", Notes(gateway, report)),
            Seen = gateway,
        };
    }

    static string Text(Fleet.Documents.Running? running) => running is null ? "local file" : Text(running.Document)
        + (running.IsGood ? "" : " (trial)");

    static string Text(DocumentRef document) => $"{document.Version} {document.Digest[..8]}";

    // The document itself runs: what failed were its values.
    static bool IsOfVars(Report report, LastFailed failed) =>
        report.Running is { } running && running.Document.Digest == failed.Document.Digest && running.Vars != failed.Vars;

    static IEnumerable<string> Notes(SeenGateway gateway, Report report)
    {
        if (gateway.Failure is { } failure) yield return failure;
        if (report.IsFallback) yield return "fallback: its last good document cannot be read";
        if (report.IsHeld) yield return "held on site";
        if (report.HasDrift) yield return "drift: its local file differs";
        if (report.LastFailed is { } failed)
            yield return $"{Text(failed.Document)}{(IsOfVars(report, failed) ? $" with values {failed.Vars}" : "")} "
                + FailureText.Of(failed);
        if (report.Refused is { } refused) yield return $"refused {refused.Topic}: {refused.Reason}";
    }
}
