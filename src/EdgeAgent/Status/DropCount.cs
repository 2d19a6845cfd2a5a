namespace EdgeAgent.Status;

/// <summary>Records of one priority that an output lost for one reason.</summary>
/// <param name="Priority">Name of the priority.</param>
/// <param name="Reason"><c>overflow</c> (since the database began) or <c>too_old</c> (since the start).</param>
/// <param name="Count">How many.</param>
public sealed record DropCount(string Priority, string Reason, long Count);
