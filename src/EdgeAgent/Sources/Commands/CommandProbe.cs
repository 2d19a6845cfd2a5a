using System.Text;
using EdgeAgent.Brokers;
using EdgeAgent.Core.Commands;
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
    public static IReadOnlyList<ProbeLine> Run(CommandsSettings settings, string source, string agentId) =>
        BrokerProbe.Try(settings.Options(source, agentId), (connection, version) =>
        [
            .. BrokerProbe.Subscribe(connection, version,
                [new MqttSubscription(settings.Topic, 1, NoLocal: true, RetainAsPublished: true, RetainHandling: 2)]),
            Answer(connection, version, settings.Answers),
        ]);

    static ProbeLine Answer(MqttConnection connection, MqttVersion version, string topic)
    {
        if (version == MqttVersion.V311)
            return ProbeLine.Good(
                $"whether answers may be published to {topic} cannot be known with MQTT 3.1.1: a broker that forbids it does not say so");
        if (connection.Limits.MaximumQos == 0)
            return ProbeLine.Good(
                $"whether answers may be published to {topic} cannot be known: this broker takes QoS 0 only, which it does not answer");
        var answer = new CommandAnswer
        {
            Result = CommandResult.Refused,
            Id = "edge-agent-check",
            Error = "No command: edge-agent check --connect tries whether answers may be published.",
        };
        const ushort packetId = 2;
        connection.Publish(new PublishPacket
        {
            Topic = Encoding.UTF8.GetBytes(topic),
            Payload = answer.ToJson((DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100),
            Qos = 1,
            PacketId = packetId,
            Properties = new PropertyList().Add(PropertyId.PayloadFormatIndicator, 1)
                .Add(PropertyId.ContentType, "application/json").Encoded,
        });
        if (BrokerProbe.WaitFor(connection, PacketType.PubAck) is not { } code)
            return ProbeLine.Failed(
                $"no answer to PUBLISH to {topic} within {BrokerProbe.AnswerMs / 1000} s. {connection.CloseReason?.Message}");
        return code.Reason < 0x80
            ? ProbeLine.Good($"answers may be published to {topic}; one that says it is a check was")
            : ProbeLine.Failed($"answers to {topic} refused: {ReasonCodes.Describe(PacketType.PubAck, version, code.Reason).Sentence}");
    }
}
