using EdgeAgent.Brokers;
using EdgeAgent.Probes;

namespace EdgeAgent.Sources.Mqtt;

/// <summary>Tries a source for <c>check --connect</c>: broker reached, subscriptions granted. Takes and acknowledges nothing.</summary>
static class MqttSourceProbe
{
    /// <summary>What is said, not tried: no broker announces how much it keeps, and asking would mean to fill its queue.</summary>
    public static string? Untried(IEnumerable<MqttSourceSettings> sources) =>
        sources.Any(source => source.Subscriptions.Any(subscription => subscription.Qos > 0))
            ? "how many messages a broker keeps while the agent is away cannot be asked; "
                + "mosquitto keeps 1,000 a client unless max_queued_messages says more"
            : null;

    /// <summary>The findings, good ones included.</summary>
    public static IReadOnlyList<ProbeLine> Run(MqttSourceSettings settings) =>
        BrokerProbe.Try(settings.Options() with { SessionExpiry = TimeSpan.Zero }, (connection, version) =>
            // QoS 0 without retained messages: what arrives meanwhile needs no acknowledgement.
            BrokerProbe.Subscribe(connection, version,
                [.. new SessionFilters(settings.Subscriptions).ToSubscribe().Select(a => a with { Qos = 0, RetainHandling = 2 })]));
}
