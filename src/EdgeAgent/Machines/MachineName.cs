namespace EdgeAgent.Machines;

/// <summary>What a name of the machine stands for.</summary>
/// <param name="Value">The text; null when it cannot be told.</param>
/// <param name="From">Where it was found; without a value why it cannot be told, with what to do.</param>
public readonly record struct MachineName(string? Value, string From);
