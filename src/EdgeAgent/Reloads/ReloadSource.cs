using EdgeAgent.Configuration;

namespace EdgeAgent.Reloads;

/// <summary>Where a running agent's configuration comes from.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Running">What was read of it at the start.</param>
/// <param name="Read">Reads a file.</param>
sealed record ReloadSource(string Path, ConfigResult Running, Func<string, ConfigResult> Read);
