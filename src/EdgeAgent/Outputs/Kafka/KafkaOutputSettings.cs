using EdgeAgent.Core.Settings;

namespace EdgeAgent.Outputs.Kafka;

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
