namespace EdgeAgent.Storage;

/// <summary>Records that leave their lane for another one.</summary>
/// <param name="To">Where they go.</param>
/// <param name="Count">How many.</param>
/// <param name="Bytes">The records in the format of <c>LaneBuffer</c>.</param>
public sealed record MovedRecords(Lane To, int Count, byte[] Bytes);
