using EdgeAgent.Core.Settings;

namespace EdgeAgent.Outputs.Files;

/// <summary>A <c>type: file</c> output: payloads as JSON lines.</summary>
public sealed record FileOutputSettings : OutputSettings
{
    /// <summary>The file; created if absent, appended to.</summary>
    public required string Path { get; init; }
}
