using EdgeAgent.Flow;

namespace EdgeAgent.Outputs;

/// <summary>An output that was made, and how it is to be used.</summary>
/// <param name="Output">The output, not yet open.</param>
/// <param name="WindowBytes">Bound of its pump's window [bytes].</param>
/// <param name="Immediate">The output again when it is to be shown alerts before their commit; null otherwise.</param>
sealed record MadeOutput(IOutput Output, long WindowBytes = 1 << 20, IImmediateOutput? Immediate = null);
