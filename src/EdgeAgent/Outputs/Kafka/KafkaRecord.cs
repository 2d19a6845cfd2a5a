using System.Text;
using Confluent.Kafka;
using EdgeAgent.Core.Records;
using EdgeAgent.Storage;

namespace EdgeAgent.Outputs.Kafka;

/// <summary>Makes Kafka messages of stored records: CloudEvents 1.0, Kafka protocol binding §3.2, binary content mode.</summary>
/// <remarks>
/// Headers: <c>ce_specversion</c> 1.0 · <c>ce_id</c> the record's identity · <c>ce_source</c> agent id · <c>ce_type</c>
/// <c>edgeagent.summary</c> and so on · <c>ce_time</c> RFC 3339 · <c>content-type</c> application/json; dead letters and late readings also
/// <c>edge_error</c>, the reason's name, and dead letters <c>edge_error_message</c>, <c>edge_topic</c>. A reader drops repeats
/// by (<c>ce_source</c>, <c>ce_id</c>). The Kafka timestamp stays the time of sending: an event time would meet the topic's
/// retention and time limits. Single-threaded.
/// </remarks>
sealed class KafkaRecord(string agentId)
{
    static readonly Header s_version = new("ce_specversion", "1.0"u8.ToArray());
    static readonly Header s_json = new("content-type", "application/json"u8.ToArray());
    static readonly Header s_late = new("edge_error", "late"u8.ToArray());
    static readonly byte[] s_lateType = "edgeagent.late"u8.ToArray();
    static readonly byte[] s_summary = "edgeagent.summary"u8.ToArray();
    static readonly byte[] s_reading = "edgeagent.reading"u8.ToArray();
    static readonly byte[] s_alert = "edgeagent.alert"u8.ToArray();
    static readonly byte[] s_score = "edgeagent.score"u8.ToArray();
    readonly Header _source = new("ce_source", Encoding.UTF8.GetBytes(agentId));
    byte[] _topicUtf8 = [];
    string _topic = "";

    /// <summary>The topic as text; the last one is remembered, as most records share it.</summary>
    public string Topic(ReadOnlySpan<byte> utf8)
    {
        if (!utf8.SequenceEqual(_topicUtf8)) (_topicUtf8, _topic) = (utf8.ToArray(), Encoding.UTF8.GetString(utf8));
        return _topic;
    }

    /// <summary>The message of the record that <paramref name="reader"/> stands on; owns its bytes.</summary>
    public Message<byte[]?, byte[]> Message(scoped in RecordReader reader)
    {
        Span<byte> time = stackalloc byte[Rfc3339.MaxLength];
        var headers = new Headers
        {
            s_version,
            new Header("ce_id", reader.Id.ToArray()),
            _source,
            new Header("ce_type", Type(reader.Kind)),
            new Header("ce_time", time[..Rfc3339.Format(reader.TimeNs, time)].ToArray()),
            s_json,
        };
        if (reader.Kind == RecordKind.Late) headers.Add(s_late);
        return new Message<byte[]?, byte[]> { Key = reader.HasKey ? reader.Key.ToArray()
            : null, Value = reader.Payload.ToArray(), Headers = headers };
    }

    /// <summary>The message of a record that is sent to a topic for such; null when it is not known whole.</summary>
    public Message<byte[]?, byte[]>? DeadLetter(RejectedRecord record)
    {
        var reader = new RecordReader([.. record.Head, .. record.Payload]);
        if (record.Head.Length == 0 || !reader.Read()) return null;
        var message = Message(reader);
        message.Headers.Remove("edge_error");
        message.Headers.Add(new Header("edge_error", Encoding.UTF8.GetBytes(record.Error)));
        message.Headers.Add(new Header("edge_error_message", Encoding.UTF8.GetBytes(record.Reason)));
        message.Headers.Add(new Header("edge_topic", reader.Topic.ToArray()));
        return message;
    }

    /// <summary>Size of the batch that holds a message alone, before compression, give or take a few bytes [bytes].</summary>
    /// <remarks>Record batch of version 2: 61 bytes, and for the record's own lengths and deltas, which vary, 19.</remarks>
    public static long BytesOf(Message<byte[]?, byte[]> message)
    {
        var bytes = 80L + (message.Key?.Length ?? 0) + message.Value.Length;
        foreach (var header in message.Headers) bytes += 3 + header.Key.Length + header.GetValueBytes().Length;
        return bytes;
    }

    static byte[] Type(RecordKind kind) => kind switch
    {
        RecordKind.Summary => s_summary,
        RecordKind.Reading => s_reading,
        RecordKind.Alert => s_alert,
        RecordKind.Score => s_score,
        RecordKind.Late => s_lateType,
        _ => Encoding.UTF8.GetBytes($"edgeagent.{(int)kind}"),
    };
}
