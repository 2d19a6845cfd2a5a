namespace EdgeAgent.Core.Specs;

/// <summary>A name that a key had before. It is read for two versions, with a warning.</summary>
/// <param name="Name">The name.</param>
/// <param name="Since">The version that renamed the key.</param>
/// <param name="Until">The version that refuses the name.</param>
public sealed record FormerName(string Name, string Since, string Until);
