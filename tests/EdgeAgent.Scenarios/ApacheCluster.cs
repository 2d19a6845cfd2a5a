using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>One real Apache Kafka that scenarios share which do not break it, each with topics of its own; started by the first.</summary>
/// <remarks>One broker, with TLS, users and rules. Its plain listener names an address to clients that nobody has; the other plain one,
/// between brokers, is as it should be.</remarks>
public sealed class ApacheCluster : IDisposable
{
    /// <summary>Name of the collection of tests that share it.</summary>
    public const string Name = "Apache Kafka";

    /// <summary>What the plain listener tells clients.</summary>
    internal const string WrongAddress = "kafka.invalid:9092";

    Workspace? _workspace;
    ApacheKafka? _kafka;
    IReadOnlyDictionary<string, string>? _env;
    bool _hasProgress;

    /// <summary>The cluster; the test is skipped where there is no kit.</summary>
    internal ApacheKafka Kafka => _kafka ??= new ApacheKafka(_workspace ??= new Workspace(), "--secure", "--advertise", WrongAddress);

    /// <summary>Address of the listener without TLS and users.</summary>
    internal string Brokers => Env["KAFKA_INNER"];

    /// <summary>Addresses and files, by the names of <c>kafka env</c>.</summary>
    internal IReadOnlyDictionary<string, string> Env => _env ??= Kafka.Env();

    /// <summary>Makes the topic of positions, once.</summary>
    internal void CreateProgressTopic()
    {
        if (_hasProgress) return;
        Kafka.CreateTopic(ClusterRound.ProgressTopic, "--partitions", "4", "--config", "cleanup.policy=compact");
        _hasProgress = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _kafka?.Dispose();
        _workspace?.Dispose();
    }

    /// <summary>The tests that share it.</summary>
    [CollectionDefinition(Name)]
    public sealed class Sharing : ICollectionFixture<ApacheCluster>;
}
