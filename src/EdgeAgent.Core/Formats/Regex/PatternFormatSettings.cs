
namespace EdgeAgent.Core.Formats.Regex;

/// <summary><c>format: regex</c>.</summary>
public sealed record PatternFormatSettings : LineFormatSettings
{
    /// <summary>The pattern; it parses.</summary>
    public required string Pattern { get; init; }

    /// <summary>What is read.</summary>
    public required IReadOnlyList<PatternField> Fields { get; init; }

    /// <inheritdoc/>
    public override ILineDecoder CreateDecoder() =>
        new PatternDecoder(BytePattern.TryParse(Pattern, out var error) ?? throw new ArgumentException(error), Fields);
}
