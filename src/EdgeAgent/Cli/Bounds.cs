namespace EdgeAgent.Cli;

/// <summary>Bounds of a number that is given to a command, both included.</summary>
readonly record struct Bounds(int Min, int Max);
