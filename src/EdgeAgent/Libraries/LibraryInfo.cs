namespace EdgeAgent.Libraries;

/// <summary>A native library as it was found.</summary>
/// <param name="Name">For people.</param>
/// <param name="Version">What it says of itself, or why it was not loaded.</param>
/// <param name="Path">Where it lies.</param>
public readonly record struct LibraryInfo(string Name, string Version, string Path);
