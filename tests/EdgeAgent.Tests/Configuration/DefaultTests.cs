using EdgeAgent.Configuration;
using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Formats.Csv;
using EdgeAgent.Core.Formats.Json;
using EdgeAgent.Core.Formats.Number;
using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Stages.Conversions;
using EdgeAgent.Core.Stages.Deadbands;
using EdgeAgent.Core.Stages.Ranges;
using EdgeAgent.Core.Stages.Windows;
using EdgeAgent.Outputs.Files;
using EdgeAgent.Outputs.Kafka;
using EdgeAgent.Outputs.Terminal;
using EdgeAgent.Sources.Mqtt;
using Xunit;

namespace EdgeAgent.Tests.Configuration;

/// <summary>Leaving every optional key out gives the defaults of the settings records, so docs, specs and records say the same.</summary>
public sealed class DefaultTests
{
    static readonly GatewaySettings Read = ConfigReader.Read("""
        agent: { id: gw, data_dir: /d }
        sources:
          s:
            type: mqtt
            url: mqtt://h
            client_id: c
            subscriptions:
              - { topic: "t/{metric}", decode: { value: $.v, time: { path: $.t } } }
              - { topic: "u", decode: { format: csv, columns: [a], fields: [{ column: a }] } }
              - { topic: "n", decode: { format: number } }
        pipelines:
          p:
            from: s
            stages: [range: { min: 0 }, convert: { scale: 1 }, deadband: { absolute: 1 }, window: { tumbling: 1s, by: metric, aggregate: count }]
            to: [k, c, f]
        outputs:
          k: { type: kafka, brokers: "b:1", topic: t }
          c: { type: console }
          f: { type: file, path: /f }
        """, "defaults").Settings!;

    [Fact]
    public void The_agent_has_the_defaults_of_its_record() => Assert.Equal(new AgentSettings { Id = "gw", DataDir = "/d" }, Read.Agent);

    [Fact]
    public void The_buffer_has_the_defaults_of_its_record() => Assert.Equal(new BufferSettings(), Read.Buffer);

    [Fact]
    public void Empty_sections_equal_absent_ones()
    {
        var result = ConfigReader.Read(TestConfig.Text + "\nbuffer: {}\ncommit: {}\n", "x").Settings!;
        Assert.Equal((new BufferSettings(), new CommitSettings()), (result.Buffer, result.Commit));
    }

    [Fact]
    public void Commits_have_the_defaults_of_their_record() => Assert.Equal(new CommitSettings(), Read.Commit);

    [Fact]
    public void An_MQTT_source_has_the_defaults_of_its_record()
    {
        var read = (MqttSourceSettings)Read.Sources[0];
        Assert.Equal(new MqttSourceSettings
        {
            Name = "s",
            Broker = new BrokerSettings { Host = "h", Port = 1883, ClientId = "c" },
            Subscriptions = read.Subscriptions,
        }, read);
    }

    [Fact]
    public void A_subscription_has_the_defaults_of_its_record()
    {
        var read = ((MqttSourceSettings)Read.Sources[0]).Subscriptions[0];
        Assert.Equal(new SubscriptionSettings { Topic = "t/{metric}", Decode = read.Decode, Labels = read.Labels }, read);
        Assert.Empty(read.Labels);
    }

    static FormatSettings Format(int subscription) => ((MqttSourceSettings)Read.Sources[0]).Subscriptions[subscription].Decode;

    [Fact]
    public void The_format_json_has_the_defaults_of_its_record()
    {
        var read = Assert.IsType<JsonFormatSettings>(Format(0));
        Assert.Equal(new JsonFormatSettings { Fields = read.Fields, Time = read.Time, LabelPaths = read.LabelPaths }, read);
        Fields(read);
    }

    [Fact]
    public void The_format_csv_has_the_defaults_of_its_record()
    {
        var read = Assert.IsType<CsvFormatSettings>(Format(1));
        Assert.Equal(new CsvFormatSettings { Fields = read.Fields, Columns = read.Columns, LabelPaths = read.LabelPaths }, read);
        Fields(read);
    }

    [Fact]
    public void The_format_number_has_the_defaults_of_its_record()
    {
        var read = Assert.IsType<NumberFormatSettings>(Format(2));
        Assert.Equal(new NumberFormatSettings(), read);
        Assert.Empty(read.Field.States);
    }

    static void Fields(FieldFormatSettings read)
    {
        Assert.Empty(read.LabelPaths);
        var field = Assert.Single(read.Fields);
        Assert.Equal(new FieldSettings { Path = field.Path, States = field.States }, field);
        Assert.Empty(field.States);
    }

    [Fact]
    public void A_time_has_the_defaults_of_its_record() =>
        Assert.Equal(new TimeSettings { Path = "$.t" }, ((JsonFormatSettings)Format(0)).Time);

    [Fact]
    public void A_pipeline_has_the_defaults_of_its_record()
    {
        var read = Read.Pipelines[0];
        Assert.Equal(new PipelineSettings { Name = "p", From = read.From, Stages = read.Stages, To = read.To }, read);
    }

    [Fact]
    public void Stages_have_the_defaults_of_their_records()
    {
        var read = Read.Pipelines[0].Stages;
        Assert.Equal(new RangeSettings { Name = "range", Min = 0 }, read[0]);
        Assert.Equal(new ConvertSettings { Name = "convert" }, read[1]);
        Assert.Equal(new DeadbandSettings { Name = "deadband", Absolute = 1 }, read[2]);
        var window = (WindowSettings)read[3];
        Assert.Equal(
            new WindowSettings { Name = "window", Tumbling = TimeSpan.FromSeconds(1), By = window.By, Aggregate = Aggregates.Count },
            window);
    }

    [Fact]
    public void Outputs_have_the_defaults_of_their_records()
    {
        var kafka = (KafkaOutputSettings)Read.Outputs[0];
        Assert.Equal(new KafkaOutputSettings { Name = "k", Brokers = kafka.Brokers, Topic = "t" }, kafka);
        Assert.Equal(new ConsoleOutputSettings { Name = "c" }, Read.Outputs[1]);
        Assert.Equal(new FileOutputSettings { Name = "f", Path = "/f" }, Read.Outputs[2]);
    }

    [Fact]
    public void Stage_names_count_up()
    {
        var text = TestConfig.With("to: [out]", "to: [out], stages: [range: { min: 1 }, convert: { scale: 2 }, range: { max: 9 }]");
        Assert.Equal(["range", "convert", "range-2"], ConfigReader.Read(text, "x").Settings!.Pipelines[0].Stages.Select(s => s.Name));
    }
}
