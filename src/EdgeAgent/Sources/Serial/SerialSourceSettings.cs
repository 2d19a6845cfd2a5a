using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Lines;
using EdgeAgent.Core.Settings;
using EdgeAgent.Sources.Commands;

namespace EdgeAgent.Sources.Serial;

/// <summary>A <c>type: serial</c> source: frames from one line.</summary>
public sealed record SerialSourceSettings : SourceSettings
{
    /// <summary>The line.</summary>
    public required SerialLineSettings Line { get; init; }

    /// <summary>How frames are told apart.</summary>
    public required FrameSettings Frame { get; init; }

    /// <summary>How frames become readings.</summary>
    public required FormatSettings Decode { get; init; }

    /// <summary>Labels of every series.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>What others may write, or null for nothing.</summary>
    public CommandsSettings? Commands { get; init; }
}
