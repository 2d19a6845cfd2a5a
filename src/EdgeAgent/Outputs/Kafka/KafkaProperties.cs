using EdgeAgent.Core.Specs;
using EdgeAgent.Libraries;
using EdgeAgent.Native.Kafka;

namespace EdgeAgent.Outputs.Kafka;

/// <summary>Which options of librdkafka a configuration may set beside the agent's own keys.</summary>
static class KafkaProperties
{
    const string Promise = "the agent's promises rest on it";

    static readonly Dictionary<string, string> s_taken = new(StringComparer.Ordinal)
    {
        ["bootstrap.servers"] = "that is `brokers`",
        ["metadata.broker.list"] = "that is `brokers`",
        ["client.id"] = "that is `client_id`",
        ["compression.type"] = "that is `compression`",
        ["compression.codec"] = "that is `compression`",
        ["linger.ms"] = "that is `linger`",
        ["queue.buffering.max.ms"] = "that is `linger`",
        ["batch.size"] = "that is `batch`",
        ["queue.buffering.max.kbytes"] = "that is `queue_memory`",
        ["queue.buffering.max.messages"] = "that follows from `queue_memory`",
        ["socket.timeout.ms"] = "that is `socket_timeout`",
        ["security.protocol"] = "that follows from `tls` and `sasl`",
        ["enable.idempotence"] = Promise,
        ["enable.gapless.guarantee"] = Promise,
        ["acks"] = Promise,
        ["request.required.acks"] = Promise,
        ["message.timeout.ms"] = Promise,
        ["delivery.timeout.ms"] = Promise,
        ["message.send.max.retries"] = Promise,
        ["retries"] = Promise,
        ["max.in.flight"] = Promise,
        ["max.in.flight.requests.per.connection"] = Promise,
        ["partitioner"] = Promise,
        ["delivery.report.only.error"] = Promise,
        ["queuing.strategy"] = Promise,
        ["transactional.id"] = Promise,
        ["transaction.timeout.ms"] = "that is `transaction_timeout`",
        ["isolation.level"] = Promise,
        ["debug"] = "the agent reads the client's log",
        ["log_level"] = "the agent reads the client's log",
        ["log.queue"] = "the agent reads the client's log",
        ["log.connection.close"] = "the agent reads the client's log",
        ["plugin.library.paths"] = "foreign code is not loaded",
    };

    static readonly (string Prefix, string Why)[] s_takenBy =
    [
        ("ssl.", "that is `tls`"), ("sasl.", "that is `sasl`"), ("https.ca.", "that is `sasl.token_ca_file`"),
        ("enabled_events", "the agent reads the client's events"), ("dotnet.", "it is not librdkafka's"),
        ("test.", "it is for tests"),
    ];

    // Of TLS these have no key of ours and change none of its checks.
    static readonly string[] s_free = ["ssl.cipher.suites", "ssl.curves.list", "ssl.sigalgs.list"];

    /// <summary>Why an option may not be set here; null when it may.</summary>
    public static string? WhyNot(string name)
    {
        if (s_free.Contains(name)) return null;
        if (s_taken.TryGetValue(name, out var why)) return why;
        foreach (var (prefix, reason) in s_takenBy)
            if (name.StartsWith(prefix, StringComparison.Ordinal)) return reason;
        // Callbacks and opaque pointers are for programs.
        return name.EndsWith("_cb", StringComparison.Ordinal) || name == "opaque" ? "it is for programs" : null;
    }

    /// <summary>Adds what is wrong with <c>properties</c>: options that may not be set here, and those that librdkafka does not take, alone
    /// or with what the agent sets. Where librdkafka cannot be loaded, only the former.</summary>
    public static void Check(SpecValues v, FindingList findings)
    {
        var (before, free) = (findings.Errors, new Dictionary<string, string>());
        foreach (var (name, value) in v.Entries("properties"))
            if (WhyNot(name) is { } why)
                findings.Add(FindingCodes.Exclusive, value.KeyAt, value.Path, $"`{name}` cannot be set here: {why}. Remove it.");
            else if (value.Value is string text) free[name] = text;
        if (free.Count == 0 || NativeLibraries.WhyNot(KafkaConfig.LibraryFile) is not null) return;
        foreach (var (name, value) in v.Entries("properties"))
        {
            if (!free.TryGetValue(name, out var text)
                || ClientOptions.WhyNot(KafkaConfig.Library, name, text) is not var (isUnknown, reason)) continue;
            // What a reference gave may be secret.
            if (value.Sources.Count > 0 && !value.IsShown && text.Length > 0) reason = reason.Replace(text, "…", StringComparison.Ordinal);
            if (isUnknown)
                findings.Add(FindingCodes.UnknownKey, value.KeyAt, value.Path,
                    $"librdkafka does not know it: {reason}. Correct it by librdkafka's CONFIGURATION.md, or remove it.");
            else findings.Add(FindingCodes.BadText, value.At, value.Path, $"librdkafka does not take it: {reason}. Correct the value.");
        }

        if (findings.Errors > before || KafkaConfig.WhyNot(Trial(v, free), "agent") is not { } together) return;
        var named = v.Entries("properties").FirstOrDefault(e => together.Contains($"`{e.Key}`", StringComparison.Ordinal)).Value
            ?? v.Find("properties")!;
        findings.Add(FindingCodes.Exclusive, named.KeyAt, named.Path,
            $"Kafka's client does not start with it: {together}. Correct what it names.");
    }

    // What else properties may be at odds with.
    static KafkaOutputSettings Trial(SpecValues v, Dictionary<string, string> properties)
    {
        var plain = new KafkaOutputSettings { Name = "output", Brokers = [], Topic = "t", Properties = properties };
        return plain with
        {
            ExactlyOnce = v.TryGet("exactly_once", out bool isExact) && isExact,
            TransactionTimeout = v.GetNullable<TimeSpan>("transaction_timeout") ?? plain.TransactionTimeout,
            SocketTimeout = v.GetNullable<TimeSpan>("socket_timeout") ?? plain.SocketTimeout,
            Linger = v.GetNullable<TimeSpan>("linger") ?? plain.Linger,
            BatchBytes = v.GetNullable<long>("batch") ?? plain.BatchBytes,
            QueueMemoryBytes = v.GetNullable<long>("queue_memory") ?? plain.QueueMemoryBytes,
        };
    }
}
