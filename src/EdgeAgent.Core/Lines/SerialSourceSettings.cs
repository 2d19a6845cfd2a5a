using EdgeAgent.Core.Commands;
using EdgeAgent.Core.Settings;

namespace EdgeAgent.Core.Lines;

/// <summary>A <c>type: serial</c> source: frames from one line.</summary>
public sealed record SerialSourceSettings : SourceSettings
{
    /// <summary>The line.</summary>
    public required SerialLineSettings Line { get; init; }

    /// <summary>How frames are told apart.</summary>
    public required FrameSettings Frame { get; init; }

    /// <summary>A format of lines, or null when <see cref="Payload"/> is given.</summary>
    public LineFormatSettings? Format { get; init; }

    /// <summary>A payload format as of MQTT messages, or null.</summary>
    public DecodeSettings? Payload { get; init; }

    /// <summary>Labels of every series.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>What others may write, or null for nothing.</summary>
    public CommandsSettings? Commands { get; init; }
}

/// <summary>A format of lines; one of the sealed kinds.</summary>
public abstract record LineFormatSettings
{
    /// <summary>A decoder of this format; it may keep state.</summary>
    public abstract ILineDecoder CreateDecoder();
}

/// <summary><c>format: nmea0183</c>.</summary>
public sealed record NmeaFormatSettings : LineFormatSettings
{
    /// <summary>What is read.</summary>
    public required IReadOnlyList<NmeaField> Fields { get; init; }

    /// <summary>Whether sentences without a check are refused.</summary>
    public bool NeedCheck { get; init; } = true;

    /// <summary>Whether the event time is the sentence's own.</summary>
    public bool GnssTime { get; init; }

    /// <inheritdoc/>
    public override ILineDecoder CreateDecoder() => new NmeaDecoder(Fields, NeedCheck, GnssTime);
}

/// <summary><c>format: binary</c>.</summary>
public sealed record BinaryFormatSettings : LineFormatSettings
{
    /// <summary>What is read.</summary>
    public required IReadOnlyList<BinaryField> Fields { get; init; }

    /// <inheritdoc/>
    public override ILineDecoder CreateDecoder() => new BinaryDecoder(Fields);
}

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
