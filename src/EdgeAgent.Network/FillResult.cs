namespace EdgeAgent.Network;

/// <summary>What a read from the connection came to.</summary>
public enum FillResult
{
    /// <summary>Bytes arrived; take packets until there is none.</summary>
    Data,

    /// <summary>Nothing arrived in time.</summary>
    Timeout,

    /// <summary>The connection has ended; its owner says why.</summary>
    Closed,
}
