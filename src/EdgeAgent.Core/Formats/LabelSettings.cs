namespace EdgeAgent.Core.Formats;

/// <summary>A label read from the payload.</summary>
/// <param name="Name">Name of the label.</param>
/// <param name="Path">Its path, column or key.</param>
/// <param name="Optional">Whether a sample without it is good.</param>
/// <param name="Default">Its value where the payload has none; null for no label then.</param>
public sealed record LabelSettings(string Name, string Path, bool Optional = false, string? Default = null);
