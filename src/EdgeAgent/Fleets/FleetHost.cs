using EdgeAgent.Reloads;
using EdgeAgent.Status;

namespace EdgeAgent.Fleets;

/// <summary>The agent as its fleet sees it.</summary>
/// <param name="Status">A look at it.</param>
/// <param name="Reload">Reloads and waits for the answer.</param>
/// <param name="Fail">Ends the process, to be started anew; the argument says why.</param>
sealed record FleetHost(Func<GatewayStatus> Status, Func<ReloadRequest, ReloadReport> Reload, Action<string> Fail)
{
    /// <summary>The last so many lines of the log, as they may be shown to whoever reads a fleet's topics.</summary>
    public Func<int, IReadOnlyList<string>> Log { get; init; } = _ => [];
}
