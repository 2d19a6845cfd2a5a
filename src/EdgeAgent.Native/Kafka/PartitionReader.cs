using System.Runtime.InteropServices;
using System.Text;

namespace EdgeAgent.Native.Kafka;

/// <summary>Reads a partition from an offset to its end as it is now, committed records only, through librdkafka's C interface.</summary>
/// <remarks>
/// Confluent.Kafka's consumer would bring a group and its size into the binary; this is the simple consumer of <c>rdkafka.h</c> 2.16
/// (<c>rd_kafka_consume_start</c>). The end is that of a reader of uncommitted records: behind an open transaction of somebody else it
/// comes into reach when that has ended, by its own time-out at the latest.
/// </remarks>
public static unsafe class PartitionReader
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

    /// <summary>Reads; blocks for at most about <paramref name="timeoutMs"/>.</summary>
    /// <param name="library">Path or name of librdkafka.</param>
    /// <param name="options">librdkafka's options for a connection.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="from">Offset of the first record; one that is gone begins with the first there is.</param>
    /// <param name="take">Called with each record, in order.</param>
    /// <param name="goesOn">Asked several times a second; false ends the reading.</param>
    /// <param name="timeoutMs">How long to go on [ms].</param>
    /// <returns>librdkafka's error code, 0 when the end was reached, and the offset behind what was read.</returns>
    public static (int Code, long Next) Read(string library, IReadOnlyCollection<KeyValuePair<string, string>> options, string topic,
        int partition, long from, Take take, Func<bool> goesOn, int timeoutMs)
    {
        var deadline = Environment.TickCount64 + timeoutMs;
        var handle = NativeLibrary.Load(library);
        var (code, first, end) = Range(handle, options, topic, partition, goesOn, deadline);
        from = Math.Max(from, first);
        if (code != Ok || from >= end) return (code, code == Ok ? end : from);
        var client = Client(handle, options, "read_committed");
        if (client == 0) return (InvalidArgument, from);
        var opened = Topic(handle, client, topic);
        try
        {
            if (((delegate* unmanaged<nint, int, long, int>)NativeLibrary.GetExport(handle, "rd_kafka_consume_start"))(opened, partition,
                from) != 0) return (InvalidArgument, from);
            var result = Read(handle, opened, partition, from, end, take, goesOn, deadline);
            ((delegate* unmanaged<nint, int, int>)NativeLibrary.GetExport(handle, "rd_kafka_consume_stop"))(opened, partition);
            return result;
        }
        finally
        {
            ((delegate* unmanaged<nint, void>)NativeLibrary.GetExport(handle, "rd_kafka_topic_destroy"))(opened);
            Destroy(handle, client);
        }
    }

    static (int Code, long Next) Read(nint handle, nint topic, int partition, long next, long end, Take take, Func<bool> goesOn,
        long deadline)
    {
        var consume = (delegate* unmanaged<nint, int, int, Message*>)NativeLibrary.GetExport(handle, "rd_kafka_consume");
        var free = (delegate* unmanaged<Message*, void>)NativeLibrary.GetExport(handle, "rd_kafka_message_destroy");
        while (next < end)
        {
            if (!goesOn() || Environment.TickCount64 > deadline) return (TimedOut, next);
            var message = consume(topic, partition, SliceMs);
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
    static (int Code, long First, long End) Range(nint handle, IReadOnlyCollection<KeyValuePair<string, string>> options, string topic,
        int partition, Func<bool> goesOn, long deadline)
    {
        var client = Client(handle, options, "read_uncommitted");
        if (client == 0) return (InvalidArgument, 0, 0);
        try
        {
            long low = 0, high = 0;
            var query = (delegate* unmanaged<nint, byte*, int, long*, long*, int, int>)NativeLibrary.GetExport(handle,
                "rd_kafka_query_watermark_offsets");
            // The name ends in a zero and outlives the calls.
            fixed (byte* name = Terminated(topic))
                while (true)
                {
                    var code = query(client, name, partition, &low, &high, SliceMs * 10);
                    if (code == Ok || !goesOn() || Environment.TickCount64 > deadline) return (code, low, high);
                }
        }
        finally
        {
            Destroy(handle, client);
        }
    }

    static nint Client(nint handle, IReadOnlyCollection<KeyValuePair<string, string>> options, string isolation)
    {
        var error = stackalloc byte[ErrorBytes];
        var configuration = ((delegate* unmanaged<nint>)NativeLibrary.GetExport(handle, "rd_kafka_conf_new"))();
        var set = (delegate* unmanaged<nint, byte*, byte*, byte*, nuint, int>)NativeLibrary.GetExport(handle, "rd_kafka_conf_set");
        IEnumerable<KeyValuePair<string, string>> own =
        [
            new("isolation.level", isolation), new("enable.partition.eof", "true"), new("enable.auto.commit", "false"),
            new("auto.offset.reset", "earliest"), new("log_level", "0"),
        ];
        foreach (var (name, value) in options.Concat(own))
        {
            // The arrays end in a zero and outlive the call, which copies them.
            fixed (byte* nameBytes = Terminated(name), valueBytes = Terminated(value))
                if (set(configuration, nameBytes, valueBytes, error, ErrorBytes) != Ok)
                {
                    ((delegate* unmanaged<nint, void>)NativeLibrary.GetExport(handle, "rd_kafka_conf_destroy"))(configuration);
                    return 0;
                }
        }

        ((delegate* unmanaged<nint, nint, void>)NativeLibrary.GetExport(handle, "rd_kafka_conf_set_log_cb"))(configuration, 0);
        var client = ((delegate* unmanaged<int, nint, byte*, nuint, nint>)NativeLibrary.GetExport(handle, "rd_kafka_new"))(Consumer,
            configuration, error, ErrorBytes);
        if (client == 0) ((delegate* unmanaged<nint, void>)NativeLibrary.GetExport(handle, "rd_kafka_conf_destroy"))(configuration);
        return client;
    }

    static nint Topic(nint handle, nint client, string topic)
    {
        fixed (byte* name = Terminated(topic))
            return ((delegate* unmanaged<nint, byte*, nint, nint>)NativeLibrary.GetExport(handle, "rd_kafka_topic_new"))(client, name, 0);
    }

    static void Destroy(nint handle, nint client) =>
        ((delegate* unmanaged<nint, void>)NativeLibrary.GetExport(handle, "rd_kafka_destroy"))(client);

    static byte[] Terminated(string text) => Encoding.UTF8.GetBytes(text + '\0');
}
