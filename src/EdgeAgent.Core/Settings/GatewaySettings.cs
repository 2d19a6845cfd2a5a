using EdgeAgent.Core.Scoring;

namespace EdgeAgent.Core.Settings;

/// <summary>A whole checked configuration. Immutable; the control side hands it to the data path.</summary>
public sealed record GatewaySettings
{
    /// <summary>The agent itself.</summary>
    public required AgentSettings Agent { get; init; }

    /// <summary>Sources in the order of the file; a commit closes their gates in this order.</summary>
    public required IReadOnlyList<SourceSettings> Sources { get; init; }

    /// <summary>Pipelines in the order of the file.</summary>
    public required IReadOnlyList<PipelineSettings> Pipelines { get; init; }

    /// <summary>Outputs in the order of the file.</summary>
    public required IReadOnlyList<OutputSettings> Outputs { get; init; }

    /// <summary>Models that score stages name, in the order of the file.</summary>
    public IReadOnlyList<ModelSettings> Models { get; init; } = [];

    /// <summary>The outbox's bounds.</summary>
    public BufferSettings Buffer { get; init; } = new();

    /// <summary>When commits happen.</summary>
    public CommitSettings Commit { get; init; } = new();
}

/// <summary>The <c>agent</c> section.</summary>
public sealed record AgentSettings
{
    /// <summary>Identity of this gateway; becomes <c>ce_source</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Folder of the database, the lock and the status socket.</summary>
    public required string DataDir { get; init; }

    /// <summary>Most series held at once; a new one past it is refused and counted.</summary>
    public int MaxSeries { get; init; } = 100_000;

    /// <summary>Most memory the labels of all series take, as <see cref="Readings.SeriesTable"/> reckons it [bytes].</summary>
    public long MaxSeriesBytes { get; init; } = 64L << 20;

    /// <summary>Longest value of a label that a sender gives [bytes].</summary>
    public int MaxLabelBytes { get; init; } = 256;

    /// <summary>Most bytes of stage state, as it is stored.</summary>
    public long MaxStateBytes { get; init; } = 64L << 20;

    /// <summary>A series silent for so long is forgotten.</summary>
    public TimeSpan SeriesTtl { get; init; } = TimeSpan.FromDays(7);
}

/// <summary>Where readings come from; one of the sealed kinds.</summary>
public abstract record SourceSettings
{
    /// <summary>The key under <c>sources</c>.</summary>
    public required string Name { get; init; }
}

/// <summary>Where records go; one of the sealed kinds.</summary>
public abstract record OutputSettings
{
    /// <summary>The key under <c>outputs</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Key of each record: text with <c>{label}</c> holes; null for none.</summary>
    public string? Key { get; init; }

    /// <summary>Topic of each record: text with <c>{label}</c> holes.</summary>
    public string Topic { get; init; } = "";

    /// <summary>Whether it takes alerts only; other records of its pipelines are not written to it.</summary>
    public bool AlertsOnly { get; init; }
}

/// <summary>A <c>type: console</c> output: payloads to standard output, a line each.</summary>
public sealed record ConsoleOutputSettings : OutputSettings;

/// <summary>A <c>type: file</c> output: payloads as JSON lines.</summary>
public sealed record FileOutputSettings : OutputSettings
{
    /// <summary>The file; created if absent, appended to.</summary>
    public required string Path { get; init; }
}

/// <summary>A <c>type: kafka</c> output.</summary>
public sealed record KafkaOutputSettings : OutputSettings
{
    /// <summary>Bootstrap brokers, <c>host:port</c>.</summary>
    public required IReadOnlyList<string> Brokers { get; init; }

    /// <summary><c>none</c>, <c>lz4</c> or <c>zstd</c>.</summary>
    public string Compression { get; init; } = "lz4";

    /// <summary>Upper bound of librdkafka's queue memory [bytes].</summary>
    public long QueueMemoryBytes { get; init; } = 8 << 20;

    /// <summary>How long to gather a batch before sending it.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>TLS, or null for plain text.</summary>
    public TlsSettings? Tls { get; init; }

    /// <summary>SASL, or null for none.</summary>
    public SaslSettings? Sasl { get; init; }
}

/// <summary>TLS as a client. The server's name is always checked.</summary>
public sealed record TlsSettings
{
    /// <summary>PEM file of trusted authorities; null for the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM file of the client certificate; null for none.</summary>
    public string? CertFile { get; init; }

    /// <summary>PEM file of the client key; null when it is in <see cref="CertFile"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The name to check instead of the host of the URL; null for the host.</summary>
    public string? ServerName { get; init; }
}

/// <summary>SASL as a client.</summary>
public sealed record SaslSettings
{
    /// <summary><c>PLAIN</c>, <c>SCRAM-SHA-256</c> or <c>SCRAM-SHA-512</c>.</summary>
    public required string Mechanism { get; init; }

    /// <summary>User name.</summary>
    public required string Username { get; init; }

    /// <summary>The secret.</summary>
    public required Secret Password { get; init; }
}

/// <summary>A secret value; its text never shows in logs, errors or <c>ToString</c>.</summary>
public sealed class Secret(string value)
{
    /// <summary>The secret itself. For handing to a protocol only.</summary>
    public string Reveal() => value;

    /// <inheritdoc/>
    public override string ToString() => "***";
}

/// <summary>What happens when a bound is reached.</summary>
public enum OverflowPolicy
{
    /// <summary>Sources wait; nothing is lost.</summary>
    Block,

    /// <summary>The oldest records go, lowest priority first.</summary>
    DropOldest,

    /// <summary>New records are not taken.</summary>
    DropNewest,
}

/// <summary>The <c>buffer</c> section.</summary>
public sealed record BufferSettings
{
    /// <summary>Bound of the outbox and of rejected payloads [bytes]; 1 MiB and up.</summary>
    public long MaxSizeBytes { get; init; } = 64L << 20;

    /// <summary>What happens when the outbox is full.</summary>
    public OverflowPolicy OnFull { get; init; } = OverflowPolicy.DropOldest;
}

/// <summary>The <c>commit</c> section.</summary>
public sealed record CommitSettings
{
    /// <summary>Longest time between commits while there is something to commit.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Unacknowledged messages of one source that bring a commit forward.</summary>
    public int EarlyAt { get; init; } = 16;

    /// <summary>Shortest time between commits.</summary>
    public TimeSpan MinGap { get; init; } = TimeSpan.FromMilliseconds(2);
}
