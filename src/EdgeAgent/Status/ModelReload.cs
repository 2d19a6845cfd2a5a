namespace EdgeAgent.Status;

/// <summary>What became of a model when the configuration was read again.</summary>
/// <param name="Name">Name of the model.</param>
/// <param name="Result">What became of it.</param>
/// <param name="Message">Why it was refused, in one line; else null.</param>
sealed record ModelReload(string Name, ReloadResult Result, string? Message);
