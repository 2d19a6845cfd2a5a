namespace EdgeAgent.Core.Commands;

/// <summary>A command that passed every check and is to be carried out, once.</summary>
/// <param name="Id">The sender's id; null when it gave correlation data instead.</param>
/// <param name="Key">What a repeat is known by.</param>
/// <param name="Write">Index in <see cref="CommandRules.Writes"/>.</param>
/// <param name="Name">The write's name.</param>
/// <param name="Value">The value; 0 for a write without one.</param>
/// <param name="TakesValue">Whether it has a value.</param>
/// <param name="ArrivedNs">When it arrived [monotonic ns].</param>
public sealed record Command(string? Id, string Key, int Write, string Name, double Value, bool TakesValue, long ArrivedNs);
