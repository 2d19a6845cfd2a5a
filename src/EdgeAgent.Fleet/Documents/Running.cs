namespace EdgeAgent.Fleet.Documents;

/// <summary>The document that a gateway runs.</summary>
/// <param name="Document">The document.</param>
/// <param name="Since">Since when.</param>
/// <param name="IsGood">Whether it has proved itself here, with these values.</param>
public sealed record Running(DocumentRef Document, DateTimeOffset Since, bool IsGood)
{
    /// <summary>Version of the values it runs with; 0 for none.</summary>
    public long Vars { get; init; }
}
