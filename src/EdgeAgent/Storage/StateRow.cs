namespace EdgeAgent.Storage;

/// <summary>One appended row of state entries of one stage.</summary>
/// <param name="Stage">Pipeline, stage name and fingerprint; see the decision page on identity.</param>
/// <param name="Sequence">Rises by one a row inside a stage; rows are restored in this order.</param>
/// <param name="FormatVersion">Version of the entries.</param>
/// <param name="Bytes">Entries, each with its length before it. In a batch lent until <see cref="IStore.Commit"/> returns.</param>
public sealed record StateRow(string Stage, long Sequence, int FormatVersion, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>
    /// A key for each entry, in order: a later entry of the stage with the same key stands for an earlier one, which the store may then
    /// leave out of its row. Good until the state is loaded again. Empty when the row is kept as it is.
    /// In a batch lent as <see cref="Bytes"/> is.
    /// </summary>
    public ReadOnlyMemory<int> Keys { get; init; }
}
