using EdgeAgent.Core.Filtering;
using EdgeAgent.Core.Lines;
using EdgeAgent.Core.Modbus;
using EdgeAgent.Core.Scoring;
using EdgeAgent.Core.Windowing;

namespace EdgeAgent.Core.Settings.Specs;

/// <summary>The one list of components that a configuration can name. A new component is one line here.</summary>
/// <remarks>How to write its spec: see <see cref="ComponentSpec"/>. Specs refer to these groups by functions, so the order of
/// static initialisation does not matter.</remarks>
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
    ]);

    /// <summary>All groups, in the order of the docs.</summary>
    public static IReadOnlyList<ComponentGroup> Groups { get; } = [Sources, Formats, Stages, Outputs];
}
