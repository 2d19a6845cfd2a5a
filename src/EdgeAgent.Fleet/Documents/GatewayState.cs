namespace EdgeAgent.Fleet.Documents;

/// <summary>What a gateway is about with its fleet; the names in lower case are the words of reports.</summary>
public enum GatewayState
{
    /// <summary>Runs what it shall, or waits for a target.</summary>
    Steady,

    /// <summary>Verifies a target. A word of the protocol that this version reads and never reports.</summary>
    Verifying,

    /// <summary>Fetches a document or its files.</summary>
    Fetching,

    /// <summary>Checks a document.</summary>
    Checking,

    /// <summary>Waits for its delay, the window of the day, or the end of an alert.</summary>
    Waiting,

    /// <summary>Changes over.</summary>
    Applying,

    /// <summary>Runs a document that has not proved itself yet.</summary>
    Trial,

    /// <summary>Goes back.</summary>
    Reverting,
}
