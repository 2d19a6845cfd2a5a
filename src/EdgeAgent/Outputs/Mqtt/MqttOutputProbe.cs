using EdgeAgent.Brokers;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Probes;

namespace EdgeAgent.Outputs.Mqtt;

/// <summary>Tries an output for <c>check --connect</c>: broker reached. Whether it may publish shows only when a record goes out.</summary>
static class MqttOutputProbe
{
    /// <summary>The findings, good ones included.</summary>
    public static IReadOnlyList<ProbeLine> Run(MqttOutputSettings settings, ProbeContext context) =>
        BrokerProbe.Try(settings.Options(context.AgentId), context.Clock, broker => Limits(broker.Connection, settings),
            "; nothing was published");

    static IEnumerable<ProbeLine> Limits(MqttConnection connection, MqttOutputSettings settings)
    {
        if (connection.Limits.MaximumQos < settings.Qos)
            yield return ProbeLine.Failed(
                $"the broker takes QoS {connection.Limits.MaximumQos} only. Set `qos` to it, or allow more there");
        if (settings.Retain && !connection.Limits.RetainAvailable)
            yield return ProbeLine.Failed("the broker keeps no retained messages. Remove `retain`, or allow them there");
    }
}
