namespace EdgeAgent.Storage;

/// <summary>One row of a cut, by its place in the buffer.</summary>
/// <param name="Log">The log of its stage.</param>
/// <param name="Sequence">Its sequence.</param>
/// <param name="Start">First byte.</param>
/// <param name="Length">Bytes.</param>
/// <param name="FirstKey">First key.</param>
/// <param name="Keys">Keys, one an entry.</param>
readonly record struct CutRow(StageLog Log, long Sequence, int Start, int Length, int FirstKey, int Keys);
