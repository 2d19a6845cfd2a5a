using System.Runtime.InteropServices;
using System.Text;

namespace EdgeAgent.Native.Kafka;

/// <summary>Reads a partition from an offset to its end as it is now, committed records only, through librdkafka's C interface.</summary>
/// <remarks>
/// Confluent.Kafka's consumer would bring a group and its size into the binary; this is the simple consumer of <c>rdkafka.h</c> 2.16
/// (<c>rd_kafka_consume_start</c>). The end is that of a reader of uncommitted records: behind an open transaction of somebody else it
/// comes into reach when that has ended, by its own time-out at the latest.
/// </remarks>
public sealed unsafe class PartitionReader
{
    const int Consumer = 1, Ok = 0, InvalidArgument = -186, PartitionEnd = -191, TimedOut = -185;
    const int ErrorBytes = 512, SliceMs = 200;

    // rd_kafka_message_t; natural alignment on 64-bit Linux.
    [StructLayout(LayoutKind.Sequential)]
    struct Message
    {
        public int Error;
        public nint Topic;
        public int Partition;
        public byte* Value;
        public nuint ValueLength;
        public byte* Key;
        public nuint KeyLength;
        public long Offset;
        public nint Private;
    }

    /// <summary>Takes a record: its key and value, valid during the call, and its offset.</summary>
    public delegate void Take(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long offset);

    readonly PartitionQuestion _question;
    readonly nint _handle;
    readonly Func<bool> _goesOn;

    PartitionReader(PartitionQuestion question, Func<bool> goesOn) =>
        (_question, _handle, _goesOn) = (question, NativeLibrary.Load(question.Library), goesOn);

    /// <summary>Reads; blocks for at most about the time that was asked for.</summary>
    /// <param name="question">What.</param>
    /// <param name="take">Called with each record, in order.</param>
    /// <param name="goesOn">Asked several times a second; false ends the reading.</param>
    /// <returns>librdkafka's error code, 0 when the end was reached, and the offset behind what was read.</returns>
    public static (int Code, long Next) Read(PartitionQuestion question, Take take, Func<bool> goesOn)
    {
        var deadline = Environment.TickCount64 + question.TimeoutMs;
        return new PartitionReader(question, () => goesOn() && Environment.TickCount64 <= deadline).Read(take);
    }

    (int Code, long Next) Read(Take take)
    {
        var (code, first, end) = Range();
        var from = Math.Max(_question.From, first);
        if (code != Ok || from >= end) return (code, code == Ok ? end : from);
        var client = Client("read_committed");
        if (client == 0) return (InvalidArgument, from);
        var topic = Topic(client);
        try
        {
            if (((delegate* unmanaged<nint, int, long, int>)NativeLibrary.GetExport(_handle, "rd_kafka_consume_start"))(topic,
                _question.Partition, from) != 0) return (InvalidArgument, from);
            var result = Read(topic, from, end, take);
            ((delegate* unmanaged<nint, int, int>)NativeLibrary.GetExport(_handle, "rd_kafka_consume_stop"))(topic, _question.Partition);
            return result;
        }
        finally
        {
            ((delegate* unmanaged<nint, void>)NativeLibrary.GetExport(_handle, "rd_kafka_topic_destroy"))(topic);
            Destroy(client);
        }
    }

    (int Code, long Next) Read(nint topic, long next, long end, Take take)
    {
        var consume = (delegate* unmanaged<nint, int, int, Message*>)NativeLibrary.GetExport(_handle, "rd_kafka_consume");
        var free = (delegate* unmanaged<Message*, void>)NativeLibrary.GetExport(_handle, "rd_kafka_message_destroy");
        while (next < end)
        {
            if (!_goesOn()) return (TimedOut, next);
            var message = consume(topic, _question.Partition, SliceMs);
            if (message is null) continue;
            var code = message->Error;
            if (code == Ok)
            {
                // The message owns its bytes until it is freed below.
                take(new ReadOnlySpan<byte>(message->Key, (int)message->KeyLength),
                    new ReadOnlySpan<byte>(message->Value, (int)message->ValueLength), message->Offset);
                next = message->Offset + 1;
            }
            else if (code == PartitionEnd)
            {
                next = Math.Max(next, message->Offset);
            }

            free(message);
            if (code is not (Ok or PartitionEnd)) return (code, next);
        }

        return (Ok, next);
    }

    /// <summary>The first offset and the one behind the last, uncommitted records counted.</summary>
    (int Code, long First, long End) Range()
    {
        var client = Client("read_uncommitted");
        if (client == 0) return (InvalidArgument, 0, 0);
        try
        {
            long low = 0, high = 0;
            var query = (delegate* unmanaged<nint, byte*, int, long*, long*, int, int>)NativeLibrary.GetExport(_handle,
                "rd_kafka_query_watermark_offsets");
            // The name ends in a zero and outlives the calls.
            fixed (byte* name = Terminated(_question.Topic))
                while (true)
                {
                    var code = query(client, name, _question.Partition, &low, &high, SliceMs * 10);
                    if (code == Ok || !_goesOn()) return (code, low, high);
                }
        }
        finally
        {
            Destroy(client);
        }
    }

    nint Client(string isolation)
    {
        var error = stackalloc byte[ErrorBytes];
        IEnumerable<KeyValuePair<string, string>> own =
        [
            new("isolation.level", isolation), new("enable.partition.eof", "true"), new("enable.auto.commit", "false"),
            new("auto.offset.reset", "earliest"), new("log_level", "0"),
        ];
        var configuration = ClientOptions.Make(_handle, _question.Options.Concat(own), out _);
        if (configuration == 0) return 0;
        ((delegate* unmanaged<nint, nint, void>)NativeLibrary.GetExport(_handle, "rd_kafka_conf_set_log_cb"))(configuration, 0);
        var client = ((delegate* unmanaged<int, nint, byte*, nuint, nint>)NativeLibrary.GetExport(_handle, "rd_kafka_new"))(Consumer,
            configuration, error, ErrorBytes);
        if (client == 0) ClientOptions.Free(_handle, configuration);
        return client;
    }

    nint Topic(nint client)
    {
        fixed (byte* name = Terminated(_question.Topic))
            return ((delegate* unmanaged<nint, byte*, nint, nint>)NativeLibrary.GetExport(_handle, "rd_kafka_topic_new"))(client, name, 0);
    }

    void Destroy(nint client) =>
        ((delegate* unmanaged<nint, void>)NativeLibrary.GetExport(_handle, "rd_kafka_destroy"))(client);

    static byte[] Terminated(string text) => Encoding.UTF8.GetBytes(text + '\0');
}
