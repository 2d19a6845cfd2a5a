using EdgeAgent.Fleet.Trust;

namespace EdgeAgent.Fleets.Managing;

/// <summary>A gateway in the manager's list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Key">The key that its reports are signed with; null for one whose reports only show.</param>
/// <param name="Groups">Its groups in the order of its configuration; null when the list does not say.</param>
sealed record EnrolledGateway(string Id, FleetKey? Key, IReadOnlyList<string>? Groups);
