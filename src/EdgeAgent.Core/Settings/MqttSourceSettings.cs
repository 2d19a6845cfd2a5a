namespace EdgeAgent.Core.Settings;

/// <summary>A <c>type: mqtt</c> source: one connection as a client.</summary>
public sealed record MqttSourceSettings : SourceSettings
{
    /// <summary>Broker host name or address.</summary>
    public required string Host { get; init; }

    /// <summary>Broker port.</summary>
    public int Port { get; init; } = 1883;

    /// <summary>4 for MQTT 3.1.1, 5 for MQTT 5.0.</summary>
    public int ProtocolVersion { get; init; } = 5;

    /// <summary>Client identifier; with the host it names the session.</summary>
    public required string ClientId { get; init; }

    /// <summary>User name, or null.</summary>
    public string? Username { get; init; }

    /// <summary>Password, or null.</summary>
    public Secret? Password { get; init; }

    /// <summary>TLS (<c>mqtts://</c>), or null for plain text.</summary>
    public TlsSettings? Tls { get; init; }

    /// <summary>How long the broker keeps the session of an absent client. Zero asks for a clean session.</summary>
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromDays(3);

    /// <summary>Most messages of QoS 1 and 2 in flight towards us.</summary>
    public int ReceiveMaximum { get; init; } = 1000;

    /// <summary>Most topic aliases the broker may define (5.0).</summary>
    public int TopicAliasMaximum { get; init; }

    /// <summary>Keep-alive period.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Largest packet accepted [bytes].</summary>
    public int MaxPacketBytes { get; init; } = 1 << 20;

    /// <summary>What is subscribed and how it is decoded.</summary>
    public required IReadOnlyList<SubscriptionSettings> Subscriptions { get; init; }
}

/// <summary>One entry of <c>subscriptions</c>.</summary>
public sealed record SubscriptionSettings
{
    /// <summary>Topic template: literal levels, <c>{label}</c> levels (one level each), <c>+</c>, and <c>#</c> last.</summary>
    public required string Topic { get; init; }

    /// <summary>Requested QoS, 0 to 2.</summary>
    public int Qos { get; init; } = 1;

    /// <summary>Shared-subscription group, or null.</summary>
    public string? Share { get; init; }

    /// <summary>Whether retained messages are read (default: dropped).</summary>
    public bool Retained { get; init; }

    /// <summary>How payloads become readings.</summary>
    public required DecodeSettings Decode { get; init; }

    /// <summary>Labels added to every series of this subscription.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}

/// <summary>Payload format.</summary>
public enum PayloadFormat
{
    /// <summary>JSON: one value, several fields, or an array of samples.</summary>
    Json,

    /// <summary>The payload is one number as text.</summary>
    Number,

    /// <summary>Comma-separated values with named columns.</summary>
    Csv,
}

/// <summary>The <c>decode</c> section.</summary>
public sealed record DecodeSettings
{
    /// <summary>Payload format.</summary>
    public PayloadFormat Format { get; init; } = PayloadFormat.Json;

    /// <summary>The numbers to read. For <c>value: $.x</c> one field with <see cref="FieldSettings.Metric"/> null.</summary>
    public IReadOnlyList<FieldSettings> Fields { get; init; } = [];

    /// <summary>JSON path of an array whose elements are samples, or null. Field and time paths are then relative to an element.</summary>
    public string? Samples { get; init; }

    /// <summary>Where the event time is, or null for arrival time.</summary>
    public TimeSettings? Time { get; init; }

    /// <summary>CSV: whether a payload starts with a header line. Columns are otherwise taken by <see cref="Columns"/>.</summary>
    public bool CsvHeader { get; init; }

    /// <summary>CSV: column names in order, when there is no header.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>CSV: the separator.</summary>
    public char CsvSeparator { get; init; } = ',';

    /// <summary>CSV or JSON: (label name, path or column) pairs read from the payload as labels.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> LabelPaths { get; init; } = [];
}

/// <summary>One number of a payload.</summary>
public sealed record FieldSettings
{
    /// <summary>JSON path (<c>$.a.b[0]</c>) or CSV column.</summary>
    public required string Path { get; init; }

    /// <summary>Value of the <c>metric</c> label; null keeps the one of the topic, or else the last name of the path.</summary>
    public string? Metric { get; init; }

    /// <summary>Named states that stand for numbers, such as <c>open: 1</c>.</summary>
    public IReadOnlyDictionary<string, double> States { get; init; } = new Dictionary<string, double>();

    /// <summary>Whether a payload without this field is still good.</summary>
    public bool Optional { get; init; }
}

/// <summary>Unit of a numeric time.</summary>
public enum TimeUnit
{
    /// <summary>Seconds, fractions allowed.</summary>
    Seconds,

    /// <summary>Milliseconds.</summary>
    Milliseconds,

    /// <summary>Microseconds.</summary>
    Microseconds,

    /// <summary>Nanoseconds.</summary>
    Nanoseconds,

    /// <summary>ISO 8601 / RFC 3339 text.</summary>
    Iso8601,
}

/// <summary>What becomes of a reading without a usable time.</summary>
public enum MissingTimePolicy
{
    /// <summary>The message is counted as bad.</summary>
    Drop,

    /// <summary>Arrival time is used and the quality says so.</summary>
    Arrival,
}

/// <summary>The <c>time</c> section of <c>decode</c>.</summary>
public sealed record TimeSettings
{
    /// <summary>JSON path or CSV column.</summary>
    public required string Path { get; init; }

    /// <summary>Unit.</summary>
    public TimeUnit Unit { get; init; } = TimeUnit.Milliseconds;

    /// <summary>Policy for a missing or unreadable time.</summary>
    public MissingTimePolicy OnMissing { get; init; } = MissingTimePolicy.Drop;
}
