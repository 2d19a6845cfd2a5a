using EdgeAgent.Storage;

namespace EdgeAgent.Outputs;

/// <summary>A record that the other side refused for good and that a position passes.</summary>
/// <param name="Lane">Its lane.</param>
/// <param name="Number">Its number.</param>
/// <param name="Reason">Why.</param>
public sealed record AsideRecord(Lane Lane, long Number, string Reason);
