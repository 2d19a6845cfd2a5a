namespace EdgeAgent.Fleet.Documents;

/// <summary>What a gateway refused last, and how many messages in all since its start.</summary>
/// <param name="Reason">The word of the reason.</param>
/// <param name="Topic">The topic it came by, or the file.</param>
/// <param name="Detail">What was seen.</param>
/// <param name="Count">All refused.</param>
public sealed record RefusedMessage(string Reason, string Topic, string Detail, long Count);
