namespace EdgeAgent.Core.Formats.Cayenne;

/// <summary><c>format: cayenne</c>.</summary>
public sealed record CayenneFormatSettings : FormatSettings
{
    internal override FormatReader CreateReader() => new CayenneReader();
}
