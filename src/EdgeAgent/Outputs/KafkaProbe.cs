using Confluent.Kafka;
using Confluent.Kafka.Admin;
using EdgeAgent.Core.Settings;

namespace EdgeAgent.Outputs;

/// <summary>What <c>check --connect</c> found out about a Kafka output.</summary>
/// <param name="Brokers">Brokers the cluster names, <c>host:port</c>; empty when none was reached.</param>
/// <param name="Findings">What is wrong, a sentence each with what to do; empty when all is well.</param>
public sealed record KafkaProbeResult(IReadOnlyList<string> Brokers, IReadOnlyList<string> Findings);

/// <summary>Asks a cluster whether an output could send to it; sends nothing and creates nothing.</summary>
public static class KafkaProbe
{
    /// <summary>Reaches brokers, looks for the topic when its name has no holes, and for the right to write to it. Never throws on what the cluster does.</summary>
    /// <remarks>Blocks for at most about twice <paramref name="within"/>.</remarks>
    public static KafkaProbeResult Run(KafkaOutputSettings settings, string agentId, TimeSpan within)
    {
        Error? trouble = null;
        try
        {
            NativeLibraries.Register();
            using var admin = new AdminClientBuilder(KafkaConfig.Admin(settings, agentId))
                .SetErrorHandler((_, error) =>
                {
                    if (error.Code is not ErrorCode.Local_AllBrokersDown and not ErrorCode.Local_Transport || trouble is null) trouble = error;
                })
                .SetLogHandler((_, _) => { })
                .Build();
            var metadata = admin.GetMetadata(within);
            var brokers = metadata.Brokers.ConvertAll(broker => $"{broker.Host}:{broker.Port}");
            return new KafkaProbeResult(brokers, HasHoles(settings.Topic) ? [] : AskTopic(admin, settings.Topic, within));
        }
        catch (KafkaException e)
        {
            var cause = trouble is { } seen && e.Error.Code is ErrorCode.Local_Transport or ErrorCode.Local_TimedOut ? trouble : e.Error;
            var sentence = cause.Code is ErrorCode.Local_Transport or ErrorCode.Local_TimedOut
                ? $"No Kafka broker answers at {string.Join(", ", settings.Brokers)} ({cause.Reason}). Check brokers, the network, and whether the port wants TLS."
                : KafkaErrors.Explain(cause, settings.Topic);
            return new KafkaProbeResult([], [sentence]);
        }
        catch (Exception e) when (e is DllNotFoundException or InvalidOperationException or ArgumentException)
        {
            return new KafkaProbeResult([], [$"Kafka's client does not start: {e.Message}"]);
        }
    }

    static bool HasHoles(string topic) => topic.Contains('{');

    static string[] AskTopic(IAdminClient admin, string topic, TimeSpan within)
    {
        var options = new DescribeTopicsOptions { RequestTimeout = within, IncludeAuthorizedOperations = true };
        TopicDescription description;
        try
        {
            description = admin.DescribeTopicsAsync(TopicCollection.OfTopicNames([topic]), options).GetAwaiter().GetResult().TopicDescriptions[0];
        }
        catch (DescribeTopicsException e)
        {
            description = e.Results.TopicDescriptions[0];
        }

        if (description.Error.IsError) return [KafkaErrors.Explain(description.Error, topic)];
        // Old brokers, and those without access control, name no operations.
        return description.AuthorizedOperations is { Count: > 0 } allowed && !allowed.Contains(AclOperation.Write)
            ? [KafkaErrors.Explain(new Error(ErrorCode.TopicAuthorizationFailed), topic)]
            : [];
    }
}
