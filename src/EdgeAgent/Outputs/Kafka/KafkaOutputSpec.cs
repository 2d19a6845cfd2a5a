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
                new("lz4", "lz4", "Fast."),
                new("zstd", "zstd", "Smaller, for links paid by the megabyte.")) with { Default = "lz4" },
            FieldSpec.Size("queue_memory", "Upper bound of the producer's queue memory.", 1 << 20, 2L << 30) with { Default = 8L << 20 },
            FieldSpec.Duration("linger", "How long to gather a batch before it is sent.", TimeSpan.Zero, TimeSpan.FromMinutes(15))
                with { Default = TimeSpan.FromMilliseconds(5) },
            FieldSpec.Nested("tls", "TLS; `{}` for the system's authorities.", TlsSpec.Spec) with { DefaultDoc = "plain text" },
            FieldSpec.Nested("sasl", "User and password.", SaslSpec.Spec) with { DefaultDoc = "none" },
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
            Tls = v.Nested<TlsSettings>("tls"),
            Sasl = v.Nested<SaslSettings>("sasl"),
        },
        Check = static (v, findings) =>
        {
            if (v.Find("tls")?.Nested?.Find("server_name") is { } name)
                findings.Add(FindingCodes.Exclusive, name.KeyAt, name.Path, "Kafka's client checks each broker's certificate against the "
                    + "name it connects by and cannot be given another. Remove `server_name` and write the name under `brokers`.");
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

    /// <summary>Outside its holes a topic holds what Kafka allows in a name.</summary>
    static TextFault? Topic(string text)
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
