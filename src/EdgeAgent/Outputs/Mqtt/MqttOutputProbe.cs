using EdgeAgent.Brokers;
using EdgeAgent.Probes;

namespace EdgeAgent.Outputs.Mqtt;

/// <summary>Tries an output for <c>check --connect</c>: broker reached. Whether it may publish shows only when a record goes out.</summary>
static class MqttOutputProbe
{
    /// <summary>The findings, good ones included.</summary>
    public static IReadOnlyList<ProbeLine> Run(MqttOutputSettings settings, string agentId) =>
        BrokerProbe.Try(settings.Options(agentId), (_, _) => [], "; nothing was published");
}
