using EdgeAgent.Core.Formats.Binary;
using EdgeAgent.Core.Formats.Csv;
using EdgeAgent.Core.Formats.Json;
using EdgeAgent.Core.Formats.Nmea;
using EdgeAgent.Core.Formats.Number;
using EdgeAgent.Core.Formats.Regex;
using EdgeAgent.Core.Modbus;
using EdgeAgent.Core.Outputs;
using EdgeAgent.Core.Sources.Mqtt;
using EdgeAgent.Core.Sources.Serial;
using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Stages.Alignment;
using EdgeAgent.Core.Stages.Conversions;
using EdgeAgent.Core.Stages.Deadbands;
using EdgeAgent.Core.Stages.LabelFilters;
using EdgeAgent.Core.Stages.Ranges;
using EdgeAgent.Core.Stages.Scores;
using EdgeAgent.Core.Stages.Windows;

namespace EdgeAgent.Core.Catalog;

/// <summary>The one list of components that a configuration can name. A new component is one line here.</summary>
/// <remarks>How to write its spec: see <see cref="ComponentSpec"/>. Specs name these groups and do not know them.</remarks>
public static class Components
{
    /// <summary>Members of <c>sources</c>, chosen by <c>type</c>.</summary>
    public static ComponentGroup Sources { get; } = new("source", "type", null,
    [
        MqttSourceSpec.Spec,
        SerialSourceSpec.Spec,
        ModbusSourceSpec.Spec,
    ]);

    /// <summary>Stages, chosen by their key.</summary>
    public static ComponentGroup Stages { get; } = new("stage", null, null,
    [
        LabelFilterSpec.Keep,
        LabelFilterSpec.Drop,
        RangeSpec.Spec,
        DeadbandSpec.Spec,
        ConvertSpec.Spec,
        WindowSpec.Spec,
        AlignSpec.Spec,
        ScoreSpec.Readings,
        ScoreSpec.Summaries,
    ]);

    /// <summary>Members of <c>outputs</c>, chosen by <c>type</c>.</summary>
    public static ComponentGroup Outputs { get; } = new("output", "type", null,
    [
        KafkaOutputSpec.Spec,
        MqttOutputSpec.Spec,
        WebhookOutputSpec.Spec,
        ConsoleOutputSpec.Spec,
        FileOutputSpec.Spec,
    ]);

    /// <summary>Payload formats, chosen by <c>format</c>.</summary>
    public static ComponentGroup Formats { get; } = new("format", "format", "json",
    [
        JsonFormatSpec.Spec,
        NumberFormatSpec.Spec,
        CsvFormatSpec.Spec,
        NmeaFormatSpec.Spec,
        BinaryFormatSpec.Spec,
        PatternFormatSpec.Spec,
    ]);

    /// <summary>The same for a source that has to say which.</summary>
    public static ComponentGroup SerialFormats { get; } = Formats with { Fallback = null };

    /// <summary>All groups, in the order of the docs.</summary>
    public static IReadOnlyList<ComponentGroup> Groups { get; } = [Sources, Formats, Stages, Outputs];

    /// <summary>The group a <see cref="FieldSpec.Group"/> names.</summary>
    public static ComponentGroup Group(string key) => key switch
    {
        "sources" => Sources,
        "stages" => Stages,
        "outputs" => Outputs,
        "formats" => Formats,
        "serial formats" => SerialFormats,
        _ => throw new ArgumentException($"no group of components is called {key}"),
    };
}
