namespace EdgeAgent.Native.OnnxRuntime;

/// <summary>Memory of an arena; zeros when it does not say.</summary>
/// <param name="ReservedBytes">Bytes it holds.</param>
/// <param name="PeakInUseBytes">The most of them that were in use at once.</param>
public readonly record struct ArenaUse(long ReservedBytes, long PeakInUseBytes);
