using System.Text;
using EdgeAgent.Brokers;
using EdgeAgent.Core.Settings;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Network;
using EdgeAgent.Probes;

namespace EdgeAgent.Fleets.Link;

/// <summary>Tries the fleet's link for <c>check --connect</c>: broker reached, each topic subscribed, the root there, and where the
/// protocol tells, whether reports and answers may be published.</summary>
/// <remarks>A broker may grant a subscription and withhold what is published there (mosquitto with an access list does), so of what may be
/// read only the root shows. What is published is empty and not kept: a report or an answer that says nothing, which managers pass over.
/// </remarks>
static class FleetProbe
{
    const ushort SubscribeId = 1, RootId = 2;
    static readonly TimeSpan s_root = TimeSpan.FromMilliseconds(1500);

    // A document that there is not: its topic has the form of all others.
    static readonly string s_noDocument = new('0', Digest.Length);

    /// <summary>The findings, good ones included; none where documents are only handed in.</summary>
    public static IReadOnlyList<ProbeLine> Run(FleetSettings settings, ProbeContext context) => settings.Broker is not { } broker ? []
        : BrokerProbe.Try(BrokerOptions.Of(broker, context.AgentId + "-fleet"), context.Clock,
            probe => new Asked(probe, settings, context, broker.Username).Lines());

    sealed class Asked(BrokerProbe probe, FleetSettings settings, ProbeContext context, string? user)
    {
        readonly MqttConnection _connection = probe.Connection;
        readonly string _id = context.AgentId;
        readonly FleetTopics _topics = new(settings.Prefix);
        ushort _lastId = RootId;

        string Who => user is null ? "this gateway" : $"user {user}";

        public IEnumerable<ProbeLine> Lines()
        {
            if (!_connection.Limits.RetainAvailable)
                yield return ProbeLine.Failed("the broker keeps no retained messages, and a fleet lives by them. Allow them there");
            string[] read =
            [
                _topics.GatewayTarget(_id), .. settings.Groups.Append(FleetTopics.All).Select(_topics.Target), _topics.Vars(_id),
                _topics.Ask(_id), _topics.Document(s_noDocument),
            ];
            foreach (var line in Subscribed(SubscribeId, read)) yield return line;
            foreach (var line in Root()) yield return line;
            foreach (var topic in (string[])[_topics.Report(_id), _topics.Answer(_id)]) yield return Written(topic);
        }

        IEnumerable<ProbeLine> Subscribed(ushort packetId, string[] topics)
        {
            _connection.Subscribe(packetId, [.. topics.Select(topic => new MqttSubscription(topic, 1, RetainHandling: 2))]);
            if (probe.WaitFor(PacketType.SubAck) is not { } answer)
                return [ProbeLine.Failed(
                    $"no answer to SUBSCRIBE within {BrokerProbe.AnswerMs / 1000} s. {_connection.CloseReason?.Message}")];
            var refused = topics.Zip(answer.Payload).Where(pair => pair.Second >= 0x80).ToList();
            return refused.Count == 0 ? [ProbeLine.Good($"{topics.Length} topics granted, {topics[0]} the first of them")]
                : refused.Select(pair => Refused(pair.First, pair.Second));
        }

        ProbeLine Refused(string topic, byte code) => ProbeLine.Failed(
            $"SUBSCRIBE to {topic} refused: {ReasonCodes.Describe(PacketType.SubAck, probe.Version, code).Sentence} Let {Who} read there; "
            + "access lists for mosquitto and EMQX: docs/fleet-manager.md");

        /// <summary>The pinned root; where it is a file the broker need not have it.</summary>
        IEnumerable<ProbeLine> Root()
        {
            if (RootPin.TryParse(settings.Root) is not { } pin) yield break;
            var topic = _topics.Root(pin.Version);
            _connection.Subscribe(RootId, [new MqttSubscription(topic, 1)]);
            var until = context.Clock.Monotonic + s_root;
            while (context.Clock.Monotonic < until && _connection.Fill(100) != FillResult.Closed)
                while (_connection.TryNext(out var packet))
                    if (packet.Kind == PacketType.SubAck && packet.Payload is [>= 0x80 and var code, ..])
                    {
                        yield return Refused(topic, code);
                        yield break;
                    }
                    else if (packet.Kind == PacketType.Publish && packet.Topic.SequenceEqual(Encoding.UTF8.GetBytes(topic)))
                    {
                        var read = RootChain.First(packet.Payload.ToArray(), pin);
                        yield return read.IsGood ? ProbeLine.Good($"root {pin.Version} is at {topic}, and is the pinned one")
                            : ProbeLine.Failed($"what lies at {topic} is not the pinned root: {read.Refusal} Publish the right one, or "
                                + "correct `fleet.root`");
                        yield break;
                    }

            yield return ProbeLine.Warning($"nothing came from {topic}: the pinned root was not published, or {Who} may not read there "
                + "(mosquitto grants the subscription all the same). Publish it, `edge-agent fleet publish root.1.json`, or mend the "
                + "access list. A gateway that has it already goes on");
        }

        ProbeLine Written(string topic)
        {
            if (probe.Version == MqttVersion.V311)
                return ProbeLine.Good(
                    $"whether {topic} may be written cannot be known with MQTT 3.1.1: a broker that forbids it does not say so");
            _connection.Publish(new PublishPacket
            {
                Topic = Encoding.UTF8.GetBytes(topic), Payload = default, Qos = 1, PacketId = ++_lastId,
            });
            if (probe.WaitFor(PacketType.PubAck) is not { } answer)
                return ProbeLine.Failed(
                    $"no answer to PUBLISH to {topic} within {BrokerProbe.AnswerMs / 1000} s. {_connection.CloseReason?.Message}");
            return answer.Reason < 0x80 ? ProbeLine.Good($"{topic} may be written")
                : ProbeLine.Failed($"PUBLISH to {topic} refused: "
                    + $"{ReasonCodes.Describe(PacketType.PubAck, probe.Version, answer.Reason).Sentence} Let {Who} write there");
        }
    }
}
