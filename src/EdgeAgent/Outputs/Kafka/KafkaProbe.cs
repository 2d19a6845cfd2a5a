using Confluent.Kafka;
using EdgeAgent.Libraries;
using EdgeAgent.Native.Kafka;
using EdgeAgent.Probes;

namespace EdgeAgent.Outputs.Kafka;

/// <summary>Asks a cluster whether an output could send to it; sends nothing and creates nothing.</summary>
/// <remarks>Reached is a broker that answered under the address that the cluster gives for it, not the one that was asked first.</remarks>
public static class KafkaProbe
{
    /// <summary>The findings of <see cref="Run"/> for <c>check --connect</c>, good ones included.</summary>
    internal static IReadOnlyList<ProbeLine> Lines(KafkaOutputSettings settings, ProbeContext context)
    {
        var probe = Run(settings, context.AgentId, ProbeLine.AnswerWithin);
        List<ProbeLine> lines = [.. probe.Findings.Select(ProbeLine.Failed)];
        if (probe.Brokers.Count == 0) return lines;
        lines.Insert(0, ProbeLine.Good($"reached {string.Join(", ", probe.Brokers)}"));
        lines.AddRange(probe.Notes.Select(ProbeLine.Good));
        lines.AddRange(probe.Warnings.Select(ProbeLine.Warning));
        return lines;
    }

    /// <summary>Reaches brokers and looks for the topic when its name has no holes. Never throws on what the cluster does.</summary>
    /// <remarks>Blocks for at most about <paramref name="within"/>. Whether the user may write shows at the first record only.</remarks>
    public static KafkaProbeResult Run(KafkaOutputSettings settings, string agentId, TimeSpan within)
    {
        var progress = settings.ExactlyOnce ? settings.ProgressTopic : null;
        string?[] named = [settings.ConstantTopic, settings.DeadLetterTopic, settings.LateTopic, progress];
        string[] topics = [.. named.OfType<string>().Distinct()];
        if (KafkaFiles.WhyNot(settings) is { } unusable) return new KafkaProbeResult([], [unusable]);
        if (NativeLibraries.WhyNot(KafkaConfig.LibraryFile) is { } why)
            return new KafkaProbeResult([], [$"Kafka's client does not start: {why}"]);
        // The question below is a consumer's, which passes over options of a producer.
        if (KafkaConfig.WhyNot(settings, agentId) is { } refused)
            return new KafkaProbeResult([], [$"Kafka's client does not start: {KafkaFailure.OurWords(refused)}"]);
        var answer = Ask(settings, agentId, topics, isDeep: true, within);
        if (answer.FailureCode != 0) return new KafkaProbeResult([], [Unanswered(settings, answer)]);
        var (findings, notes) = (new List<string>(), new List<string>());
        foreach (var found in answer.Topics)
        {
            if (found.Name == progress)
            {
                if (found.Code == 0) notes.Add($"topic {found.Name} is there; exactly_once keeps in it how far this output has come");
                else findings.Add(NoProgressTopic(settings));
            }
            else if (found.Code == 0) notes.Add($"topic {found.Name} is there");
            else if (MakesTopics(answer) && found.Code == (int)ErrorCode.UnknownTopicOrPart)
                notes.Add($"topic {found.Name} is not there; the cluster makes it at the first record (auto.create.topics.enable)");
            else findings.Add(KafkaErrors.Explain(new Error((ErrorCode)found.Code), found.Name));
        }

        findings.AddRange(InTheWay(settings, answer));
        string[] reached = [.. answer.Brokers.Where(broker => broker.IsReached == true).Select(broker => broker.Address)];
        return new KafkaProbeResult(reached, findings)
        {
            Notes = findings.Count == 0 ? notes : [],
            Warnings = [.. answer.Topics.SelectMany(Losses), .. answer.Topics.SelectMany(topic => Progress(settings, topic))],
        };
    }

    /// <summary>Why records for <paramref name="topics"/> could not be delivered now; null when nothing is seen. A topic that is not there
    /// does not count: the cluster may make it.</summary>
    internal static string? WhyNot(KafkaOutputSettings settings, string agentId, IReadOnlyList<string> topics, TimeSpan within)
    {
        if (KafkaFiles.WhyNot(settings) is { } unusable) return unusable;
        if (NativeLibraries.WhyNot(KafkaConfig.LibraryFile) is { } why) return $"Kafka's client does not start: {why}";
        var answer = Ask(settings, agentId, topics, isDeep: true, within);
        if (answer.FailureCode != 0) return Unanswered(settings, answer);
        return InTheWay(settings, answer).FirstOrDefault();
    }

    /// <summary>Whether the cluster shows this user the topic, or makes it when it is written to; null when that cannot be known.
    /// Blocks for at most about <paramref name="within"/>.</summary>
    internal static bool? IsThere(KafkaOutputSettings settings, string agentId, string topic, TimeSpan within)
    {
        var answer = Ask(settings, agentId, [topic], isDeep: true, within);
        if (answer is not { FailureCode: 0, Topics: [var found] }) return false;
        if (found.Code != (int)ErrorCode.UnknownTopicOrPart) return found.Code == 0;
        return MakesTopics(answer) ? true : answer.Brokers.Any(broker => broker.Settings.Count > 0) ? false : null;
    }

    /// <summary>The answer of the cluster with the settings of topics; of one that does not answer, a failure.</summary>
    internal static ClusterAnswer Ask(KafkaOutputSettings settings, string agentId, IReadOnlyList<string> topics, bool isDeep,
        TimeSpan within) => ClusterQuestion.Ask(KafkaConfig.Library, KafkaConfig.Connection(settings, agentId), topics, isDeep,
            (int)within.TotalMilliseconds);

    /// <summary>What stands between records and the brokers that lead the topics.</summary>
    static IEnumerable<string> InTheWay(KafkaOutputSettings settings, ClusterAnswer answer)
    {
        var leaders = answer.Topics.SelectMany(topic => topic.Partitions).Select(p => p.Leader).ToHashSet();
        foreach (var broker in answer.Brokers)
        {
            if (broker.IsReached != false || leaders.Count > 0 && !leaders.Contains(broker.Id)) continue;
            var line = answer.Failures.LastOrDefault(line => line.Contains($"{broker.Address}/", StringComparison.Ordinal));
            yield return line is not null ? Explain(settings, KafkaFailure.Parse(line))
                : $"Kafka at {broker.Address} does not answer. See whether it runs.{KafkaFailure.WhoseAddress(settings, broker.Address)}";
        }

        foreach (var topic in answer.Topics)
        {
            if (topic.Partitions.Count(p => p.Leader < 0) is var headless and > 0)
                yield return $"{headless} of {topic.Partitions.Count} partitions of topic {topic.Name} have no leader. "
                    + "See which brokers of the cluster are down.";
            if (!topic.Settings.TryGetValue("min.insync.replicas", out var text) || !int.TryParse(text, out var least)) continue;
            foreach (var p in topic.Partitions.Where(p => p.InStep < least).Take(1))
                yield return $"Too few replicas of topic {topic.Name} are in step: partition {p.Id} has {p.InStep} of {p.Replicas}, "
                    + $"min.insync.replicas asks for {least}. See which brokers are down.";
        }
    }

    /// <summary>What will stop or lose records of a topic when one broker is missing.</summary>
    internal static IEnumerable<string> Losses(ClusterTopic topic)
    {
        if (topic.Code != 0 || topic.Partitions.Count == 0) yield break;
        var fewest = topic.Partitions.Min(p => p.Replicas);
        var least = topic.Settings.TryGetValue("min.insync.replicas", out var text) && int.TryParse(text, out var value) ? value : 0;
        if (fewest == 1)
            yield return $"Topic {topic.Name} has one replica: what is confirmed is lost with the disk of one broker. Give it 3.";
        else if (least == 1)
            yield return $"Topic {topic.Name} has min.insync.replicas 1: a record is confirmed when one broker has it, and lost with that "
                + "broker. Set min.insync.replicas to 2.";
        else if (fewest == least)
            yield return $"Topic {topic.Name} has as many replicas as min.insync.replicas ({least}): with one broker away no record is "
                + "taken. Give it one more.";
    }

    static IEnumerable<string> Progress(KafkaOutputSettings settings, ClusterTopic topic)
    {
        if (settings.ExactlyOnce && topic.Name == settings.ProgressTopic && topic.Settings.TryGetValue("cleanup.policy", out var policy)
            && policy != "compact")
            yield return $"Topic {topic.Name}, in which exactly_once keeps how far this output has come, has cleanup.policy {policy}: "
                + "Kafka deletes that one day, and a gateway that stopped in the wrong moment then sends records twice. "
                + "Set cleanup.policy to compact.";
    }

    /// <summary>The topic of <c>exactly_once</c> is not there.</summary>
    internal static string NoProgressTopic(KafkaOutputSettings settings) =>
        $"Kafka has no topic {settings.ProgressTopic} (progress_topic), in which exactly_once keeps how far this output has come, or hides "
            + "it from this user. Create it with cleanup.policy=compact, or grant Read, Write and Describe on it; "
            + "no record is sent before.";

    static bool MakesTopics(ClusterAnswer answer) => answer.Brokers.Any(broker =>
        broker.Settings.TryGetValue("auto.create.topics.enable", out var value) && value == "true");

    /// <summary>Why nobody answered.</summary>
    internal static string Unanswered(KafkaOutputSettings settings, ClusterAnswer answer) => (ErrorCode)answer.FailureCode switch
    {
        ErrorCode.Local_InvalidArg => $"Kafka's client does not start: {KafkaFailure.OurWords(answer.FailureReason)}",
        _ when answer.LastFailure is { } line => Others(settings) + Explain(settings, KafkaFailure.Parse(line)),
        _ => $"No Kafka broker answers at {string.Join(", ", settings.Brokers)}. Check brokers, the network, "
            + "and whether the port wants TLS.",
    };

    static string Others(KafkaOutputSettings settings) =>
        settings.Brokers.Count > 1 ? "No Kafka broker can be reached. The last one tried: " : "";

    static string Explain(KafkaOutputSettings settings, KafkaFailure failure) =>
        failure.Explain(settings, failure.IsCertificate ? KafkaCertificate.Explain(settings, failure) : null);
}
