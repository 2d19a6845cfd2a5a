using System.Text;
using EdgeAgent.Brokers;
using EdgeAgent.Core.Commands;
using EdgeAgent.Core.Readings;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Probes;

namespace EdgeAgent.Sources.Commands;

/// <summary>Tries the <c>commands</c> of a source for <c>check --connect</c>: broker reached, commands may be read,
/// answers published.</summary>
/// <remarks>
/// Subscribes as the agent does, under its client id with <c>-check</c> added and without a session, and acknowledges nothing. Whether
/// publishing is allowed shows only when something is published, and only in the reason code of MQTT 5.0 [5.0 §3.4.2.1]: so there one
/// answer goes out that says it is a check, which nobody waits for.
/// </remarks>
static class CommandProbe
{
    /// <summary>The findings, good ones included.</summary>
    public static IReadOnlyList<ProbeLine> Run(CommandsSettings settings, string source, ProbeContext context) =>
        BrokerProbe.Try(settings.Options(source, context.AgentId), context.Clock, broker =>
        [
            .. broker.Subscribe(
                [new MqttSubscription(settings.Topic, 1, NoLocal: true, RetainAsPublished: true, RetainHandling: 2)]),
            Answer(broker, settings.Answers, context.Clock.Now.Wall),
        ]);

    static ProbeLine Answer(BrokerProbe broker, string topic, WallTime now)
    {
        if (broker.Version == MqttVersion.V311)
            return ProbeLine.Good(
                $"whether answers may be published to {topic} cannot be known with MQTT 3.1.1: a broker that forbids it does not say so");
        if (broker.Connection.Limits.MaximumQos == 0)
            return ProbeLine.Good(
                $"whether answers may be published to {topic} cannot be known: this broker takes QoS 0 only, which it does not answer");
        var answer = new CommandAnswer
        {
            Result = CommandResult.Refused,
            Id = "edge-agent-check",
            Error = "No command: edge-agent check --connect tries whether answers may be published.",
        };
        const ushort packetId = 2;
        broker.Connection.Publish(new PublishPacket
        {
            Topic = Encoding.UTF8.GetBytes(topic),
            Payload = answer.ToJson(now),
            Qos = 1,
            PacketId = packetId,
            Properties = new PropertyList().Add(PropertyId.PayloadFormatIndicator, 1)
                .Add(PropertyId.ContentType, "application/json").Encoded,
        });
        if (broker.WaitFor(PacketType.PubAck) is not { } code)
            return ProbeLine.Failed(
                $"no answer to PUBLISH to {topic} within {BrokerProbe.AnswerMs / 1000} s. {broker.Connection.CloseReason?.Message}");
        return code.Reason < 0x80
            ? ProbeLine.Good($"answers may be published to {topic}; one that says it is a check was")
            : ProbeLine.Failed($"answers to {topic} refused: "
                + $"{ReasonCodes.Describe(PacketType.PubAck, broker.Version, code.Reason).Sentence}");
    }
}
