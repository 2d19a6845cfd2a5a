namespace EdgeAgent.Fleet.Documents;

/// <summary>What a gateway shall run.</summary>
/// <param name="Document">The document.</param>
/// <param name="Candidate">The rollout that brings it; null for the stable one.</param>
public sealed record Wanted(DocumentRef Document, Candidate? Candidate);
