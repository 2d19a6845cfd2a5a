using EdgeAgent.Core.Settings;

namespace EdgeAgent.Outputs.Terminal;

/// <summary>A <c>type: console</c> output: payloads to standard output, a line each.</summary>
public sealed record ConsoleOutputSettings : OutputSettings;
