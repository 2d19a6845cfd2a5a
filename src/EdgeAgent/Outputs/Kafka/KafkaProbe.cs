using Confluent.Kafka;
using EdgeAgent.Libraries;
using EdgeAgent.Native.Kafka;
using EdgeAgent.Probes;

namespace EdgeAgent.Outputs.Kafka;

/// <summary>Asks a cluster whether an output could send to it; sends nothing and creates nothing.</summary>
public static class KafkaProbe
{
    /// <summary>The findings of <see cref="Run"/> for <c>check --connect</c>, good ones included.</summary>
    internal static IReadOnlyList<ProbeLine> Lines(KafkaOutputSettings settings, string agentId)
    {
        var probe = Run(settings, agentId, ProbeLine.AnswerWithin);
        List<ProbeLine> lines = [.. probe.Findings.Select(ProbeLine.Failed)];
        if (probe.Brokers.Count == 0) return lines;
        lines.Insert(0, ProbeLine.Good($"reached {string.Join(", ", probe.Brokers)}"));
        if (lines.Count == 1 && !settings.Topic.Contains('{')) lines.Add(ProbeLine.Good($"topic {settings.Topic} is there"));
        lines.AddRange(probe.Warnings.Select(ProbeLine.Warning));
        return lines;
    }

    /// <summary>Reaches brokers and looks for the topic when its name has no holes. Never throws on what the cluster does.</summary>
    /// <remarks>Blocks for at most about <paramref name="within"/>. Whether the user may write shows at the first record only.</remarks>
    public static KafkaProbeResult Run(KafkaOutputSettings settings, string agentId, TimeSpan within)
    {
        var topic = settings.Topic.Contains('{') ? null : settings.Topic;
        if (NativeLibraries.WhyNot("librdkafka.so.1") is { } why)
            return new KafkaProbeResult([], [$"Kafka's client does not start: {why}"]);
        var answer = ClusterMetadata.Ask(NativeLibraries.Find("librdkafka.so.1") ?? "librdkafka.so.1",
            KafkaConfig.Connection(settings, agentId), topic, (int)within.TotalMilliseconds);
        if (answer.FailureCode == 0)
            return new KafkaProbeResult(answer.Brokers,
                answer.TopicCode == 0 ? [.. Refusing(answer, topic)]
                    : [KafkaErrors.Explain(new Error((ErrorCode)answer.TopicCode), topic)])
            { Warnings = answer.TopicCode == 0 ? [.. Losses(answer, topic)] : [] };
        return new KafkaProbeResult([], [(ErrorCode)answer.FailureCode switch
        {
            ErrorCode.Local_InvalidArg => $"Kafka's client does not start: {KafkaFailure.OurWords(answer.FailureReason)}",
            _ when answer.LastBrokerFailure is { } line => Explain(settings, KafkaFailure.Parse(line)),
            _ => $"No Kafka broker answers at {string.Join(", ", settings.Brokers)}. Check brokers, the network, "
                + "and whether the port wants TLS.",
        }]);
    }

    /// <summary>Why the topic takes no record now: one is confirmed when <c>min.insync.replicas</c> have it (acks=all).</summary>
    internal static IEnumerable<string> Refusing(ClusterAnswer answer, string? topic)
    {
        if (answer.MinInSync is not { } least || answer.Partitions == 0) yield break;
        if (answer.FewestReplicas < least)
            yield return $"Topic {topic} has {answer.FewestReplicas} replicas and min.insync.replicas {least}: every record is refused. "
                + "Give the topic more replicas, or lower min.insync.replicas.";
        else if (answer.FewestInSync < least)
            yield return $"Topic {topic} has {answer.FewestInSync} replicas in step now and min.insync.replicas {least}: records wait "
                + "until more brokers are back.";
    }

    /// <summary>What will stop or lose records when one broker is missing.</summary>
    internal static IEnumerable<string> Losses(ClusterAnswer answer, string? topic)
    {
        if (answer.Partitions == 0) yield break;
        if (answer.Leaderless > 0)
            yield return $"{answer.Leaderless} of {answer.Partitions} partitions of topic {topic} have no leader: their records wait. "
                + "A broker is missing.";
        if (answer.FewestReplicas == 1)
            yield return $"Topic {topic} has one replica: what is confirmed is lost with the disk of one broker. Give it 3.";
        else if (answer.MinInSync is 1)
            yield return $"Topic {topic} has min.insync.replicas 1: a record is confirmed when one broker has it, and lost with that "
                + "broker. Set min.insync.replicas to 2.";
        else if (answer.MinInSync is { } least && answer.FewestReplicas == least)
            yield return $"Topic {topic} has as many replicas as min.insync.replicas ({least}): with one broker away no record is taken. "
                + "Give it one more.";
    }

    static string Explain(KafkaOutputSettings settings, KafkaFailure failure)
    {
        var others = settings.Brokers.Count > 1 ? "No Kafka broker can be reached. The last one tried: " : "";
        return others + failure.Explain(settings, failure.IsCertificate ? KafkaCertificate.Explain(settings, failure) : null);
    }
}
