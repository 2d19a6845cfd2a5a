namespace EdgeAgent.Fleet.Documents;

/// <summary>How a document failed on a gateway; the names in lower case are the words of reports.</summary>
public enum FailureKind
{
    /// <summary>Refused before a trial, by <see cref="LastFailed.Gate"/> as the word of its reason.</summary>
    Rejected,

    /// <summary>Reverted because a gate did not hold.</summary>
    Reverted,

    /// <summary>Reverted only because the fleet link was missing: no failure of the document, it is tried again.</summary>
    Unreported,
}
