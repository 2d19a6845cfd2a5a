using EdgeAgent.Brokers;
using EdgeAgent.Core.Sources.Mqtt;

namespace EdgeAgent.Sources.Mqtt;

/// <summary>Tries a source for <c>check --connect</c>: broker reached, subscriptions granted. Takes and acknowledges nothing.</summary>
static class MqttSourceProbe
{
    /// <summary>The findings, good ones included.</summary>
    public static IReadOnlyList<(bool IsGood, string Text)> Run(MqttSourceSettings settings) =>
        BrokerProbe.Try(MqttSourceOptions.From(settings) with { SessionExpiry = TimeSpan.Zero }, (connection, version) =>
            // QoS 0 without retained messages: what arrives meanwhile needs no acknowledgement.
            BrokerProbe.Subscribe(connection, version, [.. new SessionFilters(settings.Subscriptions).ToSubscribe().Select(a => a with { Qos = 0, RetainHandling = 2 })]));
}
