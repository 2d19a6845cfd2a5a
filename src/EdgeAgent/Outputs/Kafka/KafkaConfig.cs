using System.Globalization;
using Confluent.Kafka;
using EdgeAgent.Libraries;
using EdgeAgent.Native.Kafka;

namespace EdgeAgent.Outputs.Kafka;

/// <summary>Settings as librdkafka's configuration. The values chosen here are explained in
/// <c>docs/decisions/kafka-client.md</c>.</summary>
static class KafkaConfig
{
    /// <summary>Queued messages are also bounded in number, as each costs about as much again as a short payload:
    /// one for so many bytes.</summary>
    const int BytesAMessage = 1024;

    /// <summary>librdkafka's file.</summary>
    public const string LibraryFile = "librdkafka.so.1";

    /// <summary>Path or name of librdkafka.</summary>
    public static string Library => NativeLibraries.Find(LibraryFile) ?? LibraryFile;

    /// <summary>What librdkafka says when a producer of these settings does not start; null when it would. Connects to nothing, and asks
    /// for no token; the library has to be there.</summary>
    public static string? WhyNot(KafkaOutputSettings settings, string agentId) =>
        ClientOptions.WhyNot(Library, Producer(settings with { Sasl = null }, agentId).Where(option =>
            option.Key is not ("bootstrap.servers" or "debug") && !option.Key.StartsWith("dotnet.", StringComparison.Ordinal)));

    /// <summary>For a producer that repeats nothing, loses nothing and keeps the order of a key.</summary>
    public static ProducerConfig Producer(KafkaOutputSettings settings, string agentId)
    {
        var config = new ProducerConfig();
        Connect(config, settings, agentId);
        config.Set("enable.idempotence", "true");
        config.Set("acks", "all");
        config.Set("message.timeout.ms", "0");
        config.Set("max.in.flight", "5");
        config.Set("batch.size", Number(settings.BatchBytes));
        // A topic just made may take a moment to be seen; a hold that comes too early costs nothing.
        config.Set("topic.metadata.propagation.max.ms", "5000");
        config.Set("linger.ms", settings.Linger.TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture));
        config.Set("compression.type", settings.Compression);
        config.Set("partitioner", "murmur2_random");
        config.Set("queue.buffering.max.kbytes", Number(Math.Max(1024, settings.QueueMemoryBytes / 1024)));
        config.Set("queue.buffering.max.messages", Number(Math.Max(1000, settings.QueueMemoryBytes / BytesAMessage)));
        config.DeliveryReportFields = "none";
        // That a broker was reached, and what it answered to records, is in this log alone (KafkaReasons).
        config.Set("debug", "metadata,msg");
        // The bytes that were carried are in its statistics alone (KafkaTraffic).
        config.Set("statistics.interval.ms", "30000");
        if (settings.ExactlyOnce)
        {
            config.Set("transactional.id", TransactionalId(settings, agentId));
            config.Set("transaction.timeout.ms", Number((long)settings.TransactionTimeout.TotalMilliseconds));
            config.Set("message.timeout.ms", Number((long)settings.TransactionTimeout.TotalMilliseconds));
            // librdkafka takes none longer.
            if (settings.SocketTimeout > settings.TransactionTimeout)
                config.Set("socket.timeout.ms", Number((long)settings.TransactionTimeout.TotalMilliseconds));
        }

        foreach (var (name, value) in settings.Properties) config.Set(name, value);
        return config;
    }

    /// <summary>The id by which Kafka knows the transactions of an output, whichever process makes them.</summary>
    public static string TransactionalId(KafkaOutputSettings settings, string agentId) => $"edgeagent.{agentId}.{settings.Name}";

    /// <summary>For asking brokers and topics; sends nothing.</summary>
    public static ClientConfig Connection(KafkaOutputSettings settings, string agentId)
    {
        var config = new ClientConfig();
        Connect(config, settings, agentId);
        // A client that is no producer passes over a producer's own.
        foreach (var (name, value) in settings.Properties) config.Set(name, value);
        return config;
    }

    static void Connect(ClientConfig config, KafkaOutputSettings settings, string agentId)
    {
        config.Set("bootstrap.servers", string.Join(',', settings.Brokers));
        config.Set("client.id", settings.ClientId ?? agentId);
        config.Set("socket.timeout.ms", Number((long)settings.SocketTimeout.TotalMilliseconds));
        // Without sparse connections a broker that is away is tried by the back-off; with them, about five times a second for ever.
        config.Set("enable.sparse.connections", "false");
        config.Set("reconnect.backoff.ms", "100");
        config.Set("reconnect.backoff.max.ms", "10000");
        config.Set("socket.keepalive.enable", "true");
        // Closed connections are in the log alone; the reason why all brokers are down is often one (KafkaReasons).
        config.Set("log.connection.close", "true");
        config.Set("enable.metrics.push", "false");
        config.Set("security.protocol", (settings.Tls, settings.Sasl) switch
        {
            (null, null) => "plaintext",
            (not null, null) => "ssl",
            (null, not null) => "sasl_plaintext",
            _ => "sasl_ssl",
        });
        if (settings.Tls is { } tls)
        {
            config.Set("ssl.endpoint.identification.algorithm", "https");
            if (tls.CaFile is not null) config.Set("ssl.ca.location", tls.CaFile);
            if (tls.CertFile is not null) config.Set("ssl.certificate.location", tls.CertFile);
            if ((tls.KeyFile ?? tls.CertFile) is { } key) config.Set("ssl.key.location", key);
            if (tls.KeyPassword is { } password) config.Set("ssl.key.password", password.Reveal());
        }

        if (settings.Sasl is { } sasl)
        {
            config.Set("sasl.mechanism", sasl.Mechanism);
            if (sasl.TokenUrl is null)
            {
                config.Set("sasl.username", sasl.Username);
                config.Set("sasl.password", sasl.Password.Reveal());
            }
            else
            {
                config.Set("sasl.oauthbearer.method", "oidc");
                config.Set("sasl.oauthbearer.client.id", sasl.Username);
                config.Set("sasl.oauthbearer.client.secret", sasl.Password.Reveal());
                config.Set("sasl.oauthbearer.token.endpoint.url", sasl.TokenUrl);
                if (sasl.Scope is not null) config.Set("sasl.oauthbearer.scope", sasl.Scope);
                if (sasl.TokenCaFile is not null) config.Set("https.ca.location", sasl.TokenCaFile);
                if (sasl.Extensions.Count > 0)
                    config.Set("sasl.oauthbearer.extensions", string.Join(',', sasl.Extensions.Select(e => $"{e.Key}={e.Value}")));
            }
        }
    }

    static string Number(long value) => Math.Min(value, int.MaxValue).ToString(CultureInfo.InvariantCulture);
}
