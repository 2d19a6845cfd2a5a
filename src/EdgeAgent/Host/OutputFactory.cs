using EdgeAgent.Core.Outputs;
using EdgeAgent.Core.Settings;
using EdgeAgent.Outputs;
using EdgeAgent.Outputs.Files;
using EdgeAgent.Outputs.Kafka;
using EdgeAgent.Outputs.Mqtt;
using EdgeAgent.Outputs.Terminal;
using EdgeAgent.Outputs.Webhook;

namespace EdgeAgent.Host;

/// <summary>Makes outputs of their settings: the one place a new kind is registered.</summary>
public static class OutputFactory
{
    /// <summary>The output, not yet open, and the bound of its pump's window [bytes].</summary>
    /// <exception cref="NotSupportedException">A kind of settings this build does not know.</exception>
    public static (IOutput Output, long WindowBytes) Create(OutputSettings settings, string agentId, OutputHealth health) => settings switch
    {
        ConsoleOutputSettings => (new ConsoleOutput(Console.OpenStandardOutput(), health), 1 << 20),
        FileOutputSettings file => (new FileOutput(file, health), 1 << 20),
        KafkaOutputSettings kafka => (new KafkaOutput(kafka, agentId, health), KafkaOutput.WindowBytes(kafka)),
        MqttOutputSettings mqtt => (new MqttOutput(mqtt, agentId, health), 256 << 10),
        WebhookOutputSettings webhook => (new WebhookOutput(webhook, agentId, health), 256 << 10),
        _ => throw new NotSupportedException($"no output is made of {settings.GetType().Name}"),
    };
}
