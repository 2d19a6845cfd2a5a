using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Lines;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Specs;
using EdgeAgent.Sources.Commands;
using EdgeAgent.Sources.Wires;

namespace EdgeAgent.Sources.Serial;

/// <summary>A <c>type: serial</c> source.</summary>
public static class SerialSourceSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "serial",
        Kind = ComponentKind.Source,
        Doc = "Frames from one serial line: text lines, NMEA sentences or binary frames. Nothing is promised for bytes before the commit; "
            + "a line has no memory.",
        Example = """
            gnss:
              type: serial
              line: { path: /dev/serial/by-id/usb-u-blox_AG_GNSS-if00, baud: 9600 }
              decode: { format: nmea0183, sentences: [GGA, RMC] }
              labels: { device: gnss-1 }
            """,
        Fields =
        [
            FieldSpec.Nested("line", "The serial line.", SerialLineSpec.Spec) with { Required = true },
            FieldSpec.Nested("frame", "How frames are told apart.", FrameSpec.Spec)
                with { DefaultDoc = "lines that end with a line feed; with nmea0183 they also start with `$`" },
            FieldSpec.OneOf("decode", "How frames become readings.", "serial formats") with { Required = true },
            FieldSpec.Map("labels", "Labels of every series.", FieldType.NewLabel, FieldSpec.Text("", "Value of the label."))
                with { DefaultDoc = "none", MaxCount = 64, Example = "{ device: gnss-1 }" },
            CommandsSpec.Field(LineWriteSpec.Spec, "commands: { url: mqtt://127.0.0.1, topic: plant7/probe/commands, writes: [{ name: "
                + "rate, text: \"RATE {value}\", min: 1, max: 10 }] }"),
        ],
        Build = v =>
        {
            var decode = v.Nested<FormatSettings>("decode")!;
            return new SerialSourceSettings
            {
                Name = v.Name,
                Line = v.Nested<SerialLineSettings>("line")!,
                Frame = v.Nested<FrameSettings>("frame") ?? new() { Start = decode.LineStart },
                Decode = decode,
                Labels = v.Entries("labels").ToDictionary(e => e.Key, e => (string)e.Value.Value!),
                Commands = v.Nested<CommandsSettings>("commands"),
            };
        },
        Labels = static (v, scope) => scope.Or(LabelsOf(v)),
    };

    /// <summary>The source.</summary>
    internal static readonly SourceKind Kind = SourceKind.Of<SerialSourceSettings>(Spec,
        (settings, context) => WiredSource.Create(settings.Name, settings.Commands, context,
            inbox => new LineReader(settings, context.Feed, context.Series, context.Log, inbox)),
        (settings, _) => [PortProbe.Run(settings.Line)], new() { Commands = settings => settings.Commands });

    static LabelScope LabelsOf(SpecValues v)
    {
        var names = new LabelScope(v.Entries("labels").Select(e => e.Key).Append(LabelSet.Metric).ToHashSet());
        return v.Find("decode")?.Nested is { } decode ? names.Or(decode.Spec.Labels?.Invoke(decode, LabelScope.None) ?? LabelScope.None)
            : names with { IsOpen = true };
    }
}
