using System.Collections.ObjectModel;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Outputs.Kafka;

/// <summary>A <c>type: kafka</c> output.</summary>
public static class KafkaOutputSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "kafka",
        Kind = ComponentKind.Output,
        Doc = "A topic of a Kafka cluster, written by an idempotent producer that waits for all replicas. Order is kept per key.",
        Example = "central: { type: kafka, brokers: [\"127.0.0.1:9092\"], topic: edge.summaries, key: \"{site}/{device}\" }",
        Fields =
        [
            FieldSpec.List("brokers", "Brokers to start from.", FieldSpec.Of(FieldType.HostPort, "", "A broker."))
                with { Required = true, MinCount = 1, MaxCount = 100, Single = true, Distinct = true, Example = "[\"127.0.0.1:9092\"]" },
            FieldSpec.Of(FieldType.TextTemplate, "topic", "Topic of each record: text with `{label}` holes.")
                with { Required = true, Example = "edge.summaries", Syntax = Topic },
            FieldSpec.Of(FieldType.TextTemplate, "key", "Key of each record: text with `{label}` holes. Records of one key stay in order.")
                with { DefaultDoc = "none", Example = "\"{site}/{device}\"" },
            FieldSpec.Enum("compression", "Compression of batches.",
                new("none", "none", "None."),
                new("gzip", "gzip", "Small, and slow; for brokers that take nothing newer."),
                new("snappy", "snappy", "Fast; for consumers that read nothing newer."),
                new("lz4", "lz4", "Fast."),
                new("zstd", "zstd", "Smaller, for links paid by the megabyte.")) with { Default = "lz4" },
            FieldSpec.Size("queue_memory", "Upper bound of the producer's queue memory.", 1 << 20, 2L << 30) with { Default = 8L << 20 },
            FieldSpec.Duration("linger", "How long to gather a batch before it is sent.", TimeSpan.Zero, TimeSpan.FromMinutes(15))
                with { Default = TimeSpan.FromMilliseconds(5) },
            FieldSpec.Size("batch", "Upper bound of a batch before compression. A topic that takes less (`max.message.bytes`) gets less; "
                + "a larger record travels alone.", 1 << 10, 1_000_000) with { Default = 1_000_000L },
            FieldSpec.Duration("socket_timeout", "How long a broker may take for an answer before the connection is given up.",
                TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)) with { Default = TimeSpan.FromMinutes(1) },
            FieldSpec.Text("client_id", "What brokers call this client in their logs and quotas.") with { DefaultDoc = "`agent.id`" },
            FieldSpec.Map("properties", "Further options of the client library librdkafka, as its CONFIGURATION.md names them. Those that "
                + "the agent relies on, or has keys for, cannot be set.", FieldType.Text, FieldSpec.Text("", "A value."))
                with { MaxCount = 64, DefaultDoc = "none", Example = "{ client.rack: eu-1a }" },
            FieldSpec.Boolean("exactly_once", "Whether each record is shown once to who reads committed records only: every window "
                + "is a transaction. Costs brokers and readers something, see docs/decisions/exactly-once.md; readers that drop repeats by "
                + "`ce_id` need it not.", otherwise: false),
            FieldSpec.Of(FieldType.Text, "progress_topic",
                "With `exactly_once`: the topic that keeps how far this agent has come. It is made by hand, with `cleanup.policy=compact`; "
                + "one serves a fleet.")
                with { Default = "edgeagent.progress", Syntax = Name },
            FieldSpec.Duration("transaction_timeout", "With `exactly_once`: when brokers give up the transaction of an agent they no "
                + "longer hear of. As long do readers of committed records wait for a gateway that died in one.", TimeSpan.FromSeconds(5),
                TimeSpan.FromMinutes(15)) with { Default = TimeSpan.FromSeconds(15) },
            FieldSpec.Of(FieldType.Text, "dead_letter_topic", "Topic for records that their own topic refuses for good, with the reason in "
                + "headers. What it refuses, too, is set aside in the database, as all is without it.")
                with { DefaultDoc = "none", Example = "edge.dead", Syntax = Name },
            FieldSpec.Of(FieldType.Text, "late_topic", "Topic for readings that come too late for their window. Without it they are "
                + "only counted.") with { DefaultDoc = "none", Example = "edge.late", Syntax = Name },
            .. OutputFields.Waiting,
            FieldSpec.Nested("tls", "TLS; `{}` for the system's authorities.", TlsSpec.Spec) with { DefaultDoc = "plain text" },
            FieldSpec.Nested("sasl", "User and password, or a token.", SaslSpec.Spec) with { DefaultDoc = "none" },
        ],
        Build = v => new KafkaOutputSettings
        {
            Name = v.Name,
            Brokers = v.Texts("brokers"),
            Topic = v.Get<string>("topic"),
            Key = v.GetOrNull<string>("key"),
            Compression = v.Get<string>("compression"),
            QueueMemoryBytes = v.Get<long>("queue_memory"),
            Linger = v.Get<TimeSpan>("linger"),
            BatchBytes = v.Get<long>("batch"),
            SocketTimeout = v.Get<TimeSpan>("socket_timeout"),
            ClientId = v.GetOrNull<string>("client_id"),
            Properties = v.Entries("properties") is { Count: > 0 } properties
                ? properties.ToDictionary(e => e.Key, e => (string)e.Value.Value!)
                : ReadOnlyDictionary<string, string>.Empty,
            ExactlyOnce = v.Get<bool>("exactly_once"),
            ProgressTopic = v.Get<string>("progress_topic"),
            TransactionTimeout = v.Get<TimeSpan>("transaction_timeout"),
            DeadLetterTopic = v.GetOrNull<string>("dead_letter_topic"),
            LateTopic = v.GetOrNull<string>("late_topic"),
            MaxAge = v.GetNullable<TimeSpan>("max_age"),
            ReplayRate = v.GetNullable<long>("replay_rate"),
            Tls = v.Nested<TlsSettings>("tls"),
            Sasl = v.Nested<SaslSettings>("sasl"),
        },
        DirectHosts = static v => v.Texts("brokers").Where(static broker => broker is not null && broker.Contains(':'))
            .Select(static broker => broker[..broker.LastIndexOf(':')].Trim('[', ']')),
        Check = static (v, findings) =>
        {
            KafkaProperties.Check(v, findings);
            if (v.Find("tls")?.Nested?.Find("server_name") is { } name)
                findings.Add(FindingCodes.Exclusive, name.KeyAt, name.Path, "Kafka's client checks each broker's certificate against the "
                    + "name it connects by and cannot be given another. Remove `server_name` and write the name under `brokers`.");
            if (v.Find("tls")?.Nested?.Find("alpn") is { } alpn)
                findings.Add(FindingCodes.Exclusive, alpn.KeyAt, alpn.Path,
                    "Kafka's client offers no protocols in the handshake. Remove `alpn`.");
            if (v.Has("tls") || v.Find("sasl")?.Nested is not { } sasl || !sasl.TryGet("mechanism", out string mechanism)
                || mechanism != "PLAIN") return;
            findings.Add(FindingCodes.PlainPassword, sasl.Find("mechanism")!.At, sasl.Path,
                "mechanism PLAIN without `tls` sends the password in plain text. Add `tls: {}`, or use SCRAM-SHA-512.");
        },
    };

    /// <summary>The output.</summary>
    internal static readonly OutputKind Kind = OutputKind.Of<KafkaOutputSettings>(Spec,
        (settings, context) =>
            new MadeOutput(new KafkaOutput(settings, context.AgentId, context.Health), KafkaOutput.WindowBytes(settings)),
        KafkaProbe.Lines);

    /// <summary>A topic without holes.</summary>
    static TextFailure? Name(string text) => text.Length == 0 ? new(0, "a topic has at least one character")
        : text.IndexOf('{') is var at and >= 0 ? new(at, "this topic is one for all records and takes no labels")
        : Topic(text);

    /// <summary>Outside its holes a topic holds what Kafka allows in a name.</summary>
    static TextFailure? Topic(string text)
    {
        if (text.Length > 249) return new(249, "longer than 249 characters");
        var inside = false;
        for (var i = 0; i < text.Length; i++)
        {
            inside = text[i] == '{' || inside && text[i] != '}';
            if (!inside && text[i] != '}' && !char.IsAsciiLetterOrDigit(text[i]) && text[i] is not ('.' or '_' or '-'))
                return new(i, "a Kafka topic holds letters, digits, `.`, `_` and `-` only");
        }

        return null;
    }
}
