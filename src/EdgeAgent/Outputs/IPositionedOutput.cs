namespace EdgeAgent.Outputs;

/// <summary>An output that can keep how far each lane has come at the other side, in one transaction with the records.
/// Output thread.</summary>
public interface IPositionedOutput
{
    /// <summary>Whether it does so; otherwise nothing here is asked.</summary>
    bool KeepsPositions { get; }

    /// <summary>Whether it knows what the other side has: not at first, and not after an outcome that is not known.</summary>
    bool KnowsPositions { get; }

    /// <summary>Ends what an earlier producer left open and finds out what the other side has. Blocks until then, a failure or
    /// <paramref name="stop"/>.</summary>
    /// <param name="storeId">The store whose numbers count; those of another mean nothing.</param>
    /// <param name="stop">Ends the wait.</param>
    PositionReport FindPositions(string storeId, CancellationToken stop);
}
