using EdgeAgent.Core.Formats.Binary;
using EdgeAgent.Core.Formats.Cayenne;
using EdgeAgent.Core.Formats.Cbor;
using EdgeAgent.Core.Formats.Csv;
using EdgeAgent.Core.Formats.Influx;
using EdgeAgent.Core.Formats.Json;
using EdgeAgent.Core.Formats.KeyValue;
using EdgeAgent.Core.Formats.Lorawan;
using EdgeAgent.Core.Formats.MessagePack;
using EdgeAgent.Core.Formats.Nmea;
using EdgeAgent.Core.Formats.Number;
using EdgeAgent.Core.Formats.Protobuf;
using EdgeAgent.Core.Formats.Regex;
using EdgeAgent.Core.Formats.Senml;
using EdgeAgent.Core.Formats.Sparkplug;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Stages;
using EdgeAgent.Core.Stages.Alignment;
using EdgeAgent.Core.Stages.Conversions;
using EdgeAgent.Core.Stages.Deadbands;
using EdgeAgent.Core.Stages.LabelFilters;
using EdgeAgent.Core.Stages.Ranges;
using EdgeAgent.Core.Stages.Scores;
using EdgeAgent.Core.Stages.Windows;
using EdgeAgent.Outputs;
using EdgeAgent.Outputs.Files;
using EdgeAgent.Outputs.Kafka;
using EdgeAgent.Outputs.Mqtt;
using EdgeAgent.Outputs.Terminal;
using EdgeAgent.Outputs.Webhook;
using EdgeAgent.Sources;
using EdgeAgent.Sources.Modbus;
using EdgeAgent.Sources.Mqtt;
using EdgeAgent.Sources.Serial;

namespace EdgeAgent.Catalog;

/// <summary>The one list of components: a new one is one line here and a folder of its own.</summary>
/// <remarks>Parser, findings, reference page, schema, <c>check</c> and the hosts read these lists, in this order: docs/adding.md.</remarks>
static class Components
{
    /// <summary>Members of <c>sources</c>, chosen by <c>type</c>.</summary>
    public static IReadOnlyList<SourceKind> Sources { get; } =
    [
        MqttSourceSpec.Kind,
        SerialSourceSpec.Kind,
        ModbusSourceSpec.Kind,
    ];

    /// <summary>Payload formats, chosen by <c>format</c>.</summary>
    public static IReadOnlyList<ComponentSpec> Formats { get; } =
    [
        JsonFormatSpec.Spec,
        NumberFormatSpec.Spec,
        CsvFormatSpec.Spec,
        NmeaFormatSpec.Spec,
        BinaryFormatSpec.Spec,
        PatternFormatSpec.Spec,
        KeyValueFormatSpec.Spec,
        CborFormatSpec.Spec,
        MessagePackFormatSpec.Spec,
        InfluxFormatSpec.Spec,
        SenmlFormatSpec.Spec,
        ProtobufFormatSpec.Spec,
        SparkplugFormatSpec.Spec,
        LorawanFormatSpec.Spec,
        CayenneFormatSpec.Spec,
    ];

    /// <summary>Stages, chosen by their key.</summary>
    public static IReadOnlyList<StageKind> Stages { get; } =
    [
        LabelFilterSpec.Keep,
        LabelFilterSpec.Drop,
        RangeSpec.Kind,
        DeadbandSpec.Kind,
        ConvertSpec.Kind,
        WindowSpec.Kind,
        AlignSpec.Kind,
        ScoreSpec.Readings,
        ScoreSpec.Summaries,
    ];

    /// <summary>Members of <c>outputs</c>, chosen by <c>type</c>.</summary>
    public static IReadOnlyList<OutputKind> Outputs { get; } =
    [
        KafkaOutputSpec.Kind,
        MqttOutputSpec.Kind,
        WebhookOutputSpec.Kind,
        ConsoleOutputSpec.Kind,
        FileOutputSpec.Kind,
    ];

    static readonly ComponentGroup SourceGroup = new("source", "type", null, [.. Sources.Select(kind => kind.Spec)]);
    static readonly ComponentGroup FormatGroup = new("format", "format", "json", Formats);
    static readonly ComponentGroup SerialFormatGroup = FormatGroup with { Fallback = null };
    static readonly ComponentGroup StageGroup = new("stage", null, null, [.. Stages.Select(kind => kind.Spec)]);
    static readonly ComponentGroup OutputGroup = new("output", "type", null, [.. Outputs.Select(kind => kind.Spec)]);

    /// <summary>All groups, in the order of the docs.</summary>
    public static IReadOnlyList<ComponentGroup> Groups { get; } = [SourceGroup, FormatGroup, StageGroup, OutputGroup];

    /// <summary>The group a <see cref="FieldSpec.Group"/> names.</summary>
    public static ComponentGroup Group(string key) => key switch
    {
        "sources" => SourceGroup,
        "stages" => StageGroup,
        "outputs" => OutputGroup,
        "formats" => FormatGroup,
        "serial formats" => SerialFormatGroup,
        _ => throw new ArgumentException($"no group of components is called {key}"),
    };

    /// <summary>The kind of a source.</summary>
    public static SourceKind KindOf(SourceSettings settings) => Sources.First(kind => kind.Settings == settings.GetType());

    /// <summary>The kind of an output.</summary>
    public static OutputKind KindOf(OutputSettings settings) => Outputs.First(kind => kind.Settings == settings.GetType());
}
