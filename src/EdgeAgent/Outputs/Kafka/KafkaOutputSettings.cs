using System.Collections.ObjectModel;
using EdgeAgent.Core.Settings;

namespace EdgeAgent.Outputs.Kafka;

/// <summary>A <c>type: kafka</c> output.</summary>
public sealed record KafkaOutputSettings : OutputSettings
{
    /// <summary>Bootstrap brokers, <c>host:port</c>.</summary>
    public required IReadOnlyList<string> Brokers { get; init; }

    /// <summary>The topic when it is the same for every record; null for a template with holes.</summary>
    public string? ConstantTopic => Topic.Length == 0 || Topic.Contains('{') ? null : Topic;

    /// <summary>Whether every record has the same topic.</summary>
    public bool HasOneTopic => ConstantTopic is not null && LateTopic is null;

    /// <summary>Whether a topic's trouble holds its own records alone.</summary>
    public bool HoldsTopics => !HasOneTopic && !ExactlyOnce;

    /// <summary>Whether windows are transactions with the lanes' positions in them.</summary>
    public bool ExactlyOnce { get; init; }

    /// <summary>Where the positions are kept: a compacted topic.</summary>
    public string ProgressTopic { get; init; } = "edgeagent.progress";

    /// <summary>When brokers give up a transaction of an agent they no longer hear of.</summary>
    public TimeSpan TransactionTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Where records go that the topics refuse for good; null where they are set aside in the database.</summary>
    public string? DeadLetterTopic { get; init; }

    /// <summary><c>none</c>, <c>gzip</c>, <c>snappy</c>, <c>lz4</c> or <c>zstd</c>.</summary>
    public string Compression { get; init; } = "lz4";

    /// <summary>Upper bound of librdkafka's queue memory [bytes].</summary>
    public long QueueMemoryBytes { get; init; } = 8 << 20;

    /// <summary>How long to gather a batch before sending it.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Upper bound of a batch before compression [bytes]; a single larger record travels alone.</summary>
    public long BatchBytes { get; init; } = 1_000_000;

    /// <summary>How long a broker may take for an answer.</summary>
    public TimeSpan SocketTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What brokers call this client in their logs and quotas; null for the agent's id.</summary>
    public string? ClientId { get; init; }

    /// <summary>Further options of librdkafka, none of them one that the agent relies on.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>TLS, or null for plain text.</summary>
    public TlsSettings? Tls { get; init; }

    /// <summary>SASL, or null for none.</summary>
    public SaslSettings? Sasl { get; init; }
}
