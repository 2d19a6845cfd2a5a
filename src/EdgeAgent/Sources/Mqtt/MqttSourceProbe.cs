using EdgeAgent.Brokers;
using EdgeAgent.Core.Specs;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Mqtt.Packets;
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
    public static IReadOnlyList<ProbeLine> Run(MqttSourceSettings settings, ProbeContext context)
    {
        var options = settings.Options();
        // A session of 3.1.1 cannot be ended by its connection, so none is made there.
        if (options.Version == MqttVersion.V311) options = options with { SessionExpiry = TimeSpan.Zero };
        return BrokerProbe.Try(options, context.Clock, broker =>
        [
            // Without retained messages. What arrives of QoS 1 is not acknowledged and goes with this session; of a shared subscription
            // it would be another member's, who had to wait for it.
            .. broker.Subscribe([.. new SessionFilters(settings.Subscriptions).ToSubscribe()
                .Select(a => a with { Qos = a.Filter.StartsWith("$share/", StringComparison.Ordinal) ? 0 : a.Qos, RetainHandling = 2 })]),
            .. settings.Subscriptions.Any(s => s.Qos > 0) ? Losses(broker, settings) : [],
        ]);
    }

    /// <summary>What will lose messages while the agent is away, as far as the broker shows it.</summary>
    static IEnumerable<ProbeLine> Losses(BrokerProbe broker, MqttSourceSettings settings)
    {
        if (broker.Connection.Limits.SessionExpiry < settings.SessionExpiry && settings.Broker.ProtocolVersion == 5)
            yield return ProbeLine.Warning($"the broker keeps a session for {Words.Of(broker.Connection.Limits.SessionExpiry)} only, not "
                + $"{Words.Of(settings.SessionExpiry)}: what comes while the agent is away longer is lost. Raise the "
                + "broker's limit of session expiry");
        var own = broker.Statistics("$SYS/broker/version", "$SYS/broker/publish/messages/dropped");
        if (own.TryGetValue("$SYS/broker/version", out var product) && product.StartsWith("mosquitto", StringComparison.Ordinal))
            yield return ProbeLine.Warning($"the broker is {product}: it keeps 1,000 messages for an agent that is away and drops the "
                + "rest, unless its max_queued_messages says more (0 for no bound)");
        if (own.TryGetValue("$SYS/broker/publish/messages/dropped", out var text) && long.TryParse(text, out var dropped) && dropped > 0)
            yield return ProbeLine.Warning($"the broker has dropped {dropped} messages since it started, of this or of other clients. "
                + "Raise its max_queued_messages");
    }
}
