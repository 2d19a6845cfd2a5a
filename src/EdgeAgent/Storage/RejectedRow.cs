namespace EdgeAgent.Storage;

/// <summary>One record an output refused for good, as it lies in the database.</summary>
/// <param name="Lane">Its lane.</param>
/// <param name="Number">The number it had there.</param>
/// <param name="RejectedAtNs">When [ns since the Unix epoch].</param>
/// <param name="Reason">The output's words.</param>
/// <param name="Head">The record's bytes before its payload; may be empty.</param>
/// <param name="Payload">Its payload; may be empty.</param>
public sealed record RejectedRow(Lane Lane, long Number, long RejectedAtNs, string Reason, byte[] Head, byte[] Payload);
