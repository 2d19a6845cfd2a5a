namespace EdgeAgent.Core.Formats;

/// <summary>What becomes of a reading without a usable time.</summary>
public enum MissingTimePolicy
{
    /// <summary>The message is counted as bad.</summary>
    Drop,

    /// <summary>Arrival time is used and the quality says so.</summary>
    Arrival,
}
