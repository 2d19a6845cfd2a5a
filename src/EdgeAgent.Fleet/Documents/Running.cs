namespace EdgeAgent.Fleet.Documents;

/// <summary>The document that a gateway runs.</summary>
/// <param name="Document">The document.</param>
/// <param name="Since">Since when.</param>
/// <param name="IsGood">Whether it has proved itself here.</param>
public sealed record Running(DocumentRef Document, DateTimeOffset Since, bool IsGood);
