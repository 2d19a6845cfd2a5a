using EdgeAgent.Core.Readings;
using EdgeAgent.Fleet.Gates;
using EdgeAgent.Status;

namespace EdgeAgent.Fleets;

/// <summary>What gates look at, out of a status.</summary>
static class StatusSample
{
    static readonly string[] s_messages = ["messages", "frames", "polls"],
        s_bad = ["bad", "bad_checks", "malformed", "not_valid", "refusals", "timeouts", "corrupt", "mismatched"];

    /// <summary>The sample of a status.</summary>
    public static GateSample Of(GatewayStatus status, MonotonicTime at) => new()
    {
        At = at,
        Sources = status.Sources.ToDictionary(s => s.Name, s => s.State.IsConnected, StringComparer.Ordinal),
        Outputs = status.Outputs.ToDictionary(
            o => o.Name, o => new GateOutput(o.Connected, o.BacklogRecords), StringComparer.Ordinal),
        Pipelines = status.Pipelines.ToDictionary(p => p.Name, p => new GateFlow(
            p.Counters.ReadingsIn, p.Counters.ReadingsFolded - p.Counters.Late - p.Counters.BadTime), StringComparer.Ordinal),
        CommitError = status.Commits.LastError,
        Messages = status.Sources.Sum(s => Count(s, s_messages)),
        Bad = status.Sources.Sum(s => Count(s, s_bad)),
        ResidentBytes = status.Agent.ResidentBytes,
    };

    /// <summary>The last failures of all parts, a line each.</summary>
    public static IReadOnlyList<string> Failures(GatewayStatus status) =>
    [
        .. status.Sources.Where(s => s.LastError is not null).Select(s => $"source {s.Name}: {s.LastError}")
            .Concat(status.Outputs.Where(o => o.LastError is not null).Select(o => $"output {o.Name}: {o.LastError}"))
            .Concat(status.Commits.LastError is { } error ? [$"commits: {error}"] : []).Take(5),
    ];

    static long Count(SourceStatus source, string[] names) => names.Sum(source.Details.Count);
}
