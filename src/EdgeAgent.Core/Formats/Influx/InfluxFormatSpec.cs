using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Formats.Influx;

/// <summary><c>format: influx</c>.</summary>
public static class InfluxFormatSpec
{
    /// <summary>Names that tags cannot have as labels: those of the measurement, of the field, and of fields of every record.</summary>
    public static readonly IReadOnlyList<string> ReservedTags =
        [LabelSet.Metric, InfluxReader.FieldLabel, "pipeline", "time", "value", "quality"];

    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "influx",
        Kind = ComponentKind.Format,
        Doc = "Lines of InfluxDB's line protocol. Each number of a line is a reading: its measurement is the label `metric`, its field "
            + "the label "
            + "`field`, and each tag a label; a tag called `metric`, `field`, `pipeline`, `time`, `value` or `quality`, or named as "
            + "another one once `_` stands for what no label has, gets a `_` behind its name. A line "
            + "without a timestamp has the arrival time; texts are passed over.",
        Example = "decode: { format: influx }",
        Fields =
        [
            FieldSpec.Enum("precision", "Unit of the timestamp.",
                new("s", TimeUnit.Seconds, "Seconds."), new("ms", TimeUnit.Milliseconds, "Milliseconds."),
                new("us", TimeUnit.Microseconds, "Microseconds."), new("ns", TimeUnit.Nanoseconds, "Nanoseconds."))
                with { Default = TimeUnit.Nanoseconds },
            .. FormatFields.Encoded,
        ],
        Build = v => FormatFields.Encode(v, new InfluxFormatSettings { Unit = v.Get<TimeUnit>("precision") }),
        Labels = (_, scope) => scope.Or(new(new HashSet<string> { LabelSet.Metric, InfluxReader.FieldLabel }, IsOpen: true)),
    };
}
