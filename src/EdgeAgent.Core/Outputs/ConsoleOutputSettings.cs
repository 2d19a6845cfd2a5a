using EdgeAgent.Core.Settings;

namespace EdgeAgent.Core.Outputs;

/// <summary>A <c>type: console</c> output: payloads to standard output, a line each.</summary>
public sealed record ConsoleOutputSettings : OutputSettings;
