using System.Runtime.InteropServices;
using System.Text;

namespace EdgeAgent.Native.Kafka;

/// <summary>Asks a Kafka cluster for its brokers and one topic through librdkafka, sends nothing and creates nothing.</summary>
/// <remarks>
/// Confluent.Kafka can ask this only through its AdminClient, which alone adds 1.6 MB to a native binary; these are ten
/// functions of librdkafka's C interface (<c>rdkafka.h</c> 2.16: <c>rd_kafka_conf_*</c>, <c>rd_kafka_new</c>, <c>rd_kafka_metadata</c>).
/// A consumer handle is used, as a producer's question may create the topic. One question at a time in a process.
/// </remarks>
public static unsafe class ClusterMetadata
{
    const int Consumer = 1;
    const int Ok = 0;
    const int InvalidArgument = -186;
    const int ErrorBytes = 512;

    static readonly Lock _one = new();
    static volatile string? _lastFailure;

    // rd_kafka_metadata, rd_kafka_metadata_broker, …_topic and …_partition; natural alignment on 64-bit Linux.
    [StructLayout(LayoutKind.Sequential)]
    struct Metadata
    {
        public int BrokerCount;
        public Broker* Brokers;
        public int TopicCount;
        public Topic* Topics;
    }

    [StructLayout(LayoutKind.Sequential)]
    struct Broker
    {
        public int Id;
        public byte* Host;
        public int Port;
    }

    [StructLayout(LayoutKind.Sequential)]
    struct Topic
    {
        public byte* Name;
        public int PartitionCount;
        public Partition* Partitions;
        public int Error;
    }

    [StructLayout(LayoutKind.Sequential)]
    struct Partition
    {
        public int Id;
        public int Error;
        public int Leader;
        public int ReplicaCount;
        public int* Replicas;
        public int InSyncCount;
        public int* InSync;
    }

    /// <summary>Asks; blocks for at most about <paramref name="timeoutMs"/>.</summary>
    /// <param name="library">Path or name of librdkafka.</param>
    /// <param name="options">librdkafka's options, secrets among them;
    /// nothing of them is in the answer but a refused option's name.</param>
    /// <param name="topic">A topic to ask for, or null.</param>
    /// <param name="timeoutMs">How long to wait [ms].</param>
    /// <exception cref="DllNotFoundException">The library cannot be loaded.</exception>
    public static ClusterAnswer Ask(string library, IEnumerable<KeyValuePair<string, string>> options, string? topic, int timeoutMs)
    {
        lock (_one)
        {
            _lastFailure = null;
            var handle = NativeLibrary.Load(library);
            var error = stackalloc byte[ErrorBytes];
            var configuration = ((delegate* unmanaged<nint>)NativeLibrary.GetExport(handle, "rd_kafka_conf_new"))();
            var set = (delegate* unmanaged<nint, byte*, byte*, byte*, nuint, int>)NativeLibrary.GetExport(handle, "rd_kafka_conf_set");
            foreach (var (name, value) in options)
            {
                // The arrays end in a zero and outlive the call, which copies them.
                fixed (byte* nameBytes = Terminated(name), valueBytes = Terminated(value))
                    if (set(configuration, nameBytes, valueBytes, error, ErrorBytes) != Ok)
                        return Refused(handle, configuration, $"the option {name} was refused");
            }

            ((delegate* unmanaged<nint, delegate* unmanaged<nint, int, byte*, byte*, void>, void>)NativeLibrary.GetExport(handle,
                "rd_kafka_conf_set_log_cb"))(configuration, &OnLog);
            var client = ((delegate* unmanaged<int, nint, byte*, nuint, nint>)NativeLibrary.GetExport(handle, "rd_kafka_new"))(Consumer,
                configuration, error, ErrorBytes);
            if (client == 0) return Refused(handle, configuration, Text(error));
            try
            {
                return Ask(handle, client, topic, timeoutMs);
            }
            finally
            {
                ((delegate* unmanaged<nint, void>)NativeLibrary.GetExport(handle, "rd_kafka_destroy"))(client);
            }
        }
    }

    static ClusterAnswer Ask(nint handle, nint client, string? topic, int timeoutMs)
    {
        nint asked = 0;
        if (topic is not null)
            fixed (byte* name = Terminated(topic))
                asked = ((delegate* unmanaged<nint, byte*, nint, nint>)NativeLibrary.GetExport(handle, "rd_kafka_topic_new"))(client,
                    name, 0);
        Metadata* metadata = null;
        var code = ((delegate* unmanaged<nint, int, nint, Metadata**, int, int>)NativeLibrary.GetExport(handle, "rd_kafka_metadata"))(
            client, 0, asked, &metadata, timeoutMs);
        if (asked != 0) ((delegate* unmanaged<nint, void>)NativeLibrary.GetExport(handle, "rd_kafka_topic_destroy"))(asked);
        if (code != Ok) return new ClusterAnswer([], 0, code, "", _lastFailure);
        var brokers = new List<string>(metadata->BrokerCount);
        for (var i = 0; i < metadata->BrokerCount; i++) brokers.Add($"{Text(metadata->Brokers[i].Host)}:{metadata->Brokers[i].Port}");
        var answer = metadata->TopicCount > 0 && topic is not null ? Describe(metadata->Topics[0], brokers)
            : new ClusterAnswer(brokers, 0, 0, "");
        ((delegate* unmanaged<Metadata*, void>)NativeLibrary.GetExport(handle, "rd_kafka_metadata_destroy"))(metadata);
        return topic is null || answer.TopicCode != 0 ? answer
            : answer with { MinInSync = TopicConfig.Find(handle, client, topic, "min.insync.replicas", timeoutMs) };
    }

    static ClusterAnswer Describe(in Topic topic, List<string> brokers)
    {
        var (leaderless, replicas, inSync) = (0, int.MaxValue, int.MaxValue);
        for (var i = 0; i < topic.PartitionCount; i++)
        {
            ref readonly var partition = ref topic.Partitions[i];
            if (partition.Leader < 0) leaderless++;
            replicas = Math.Min(replicas, partition.ReplicaCount);
            inSync = Math.Min(inSync, partition.InSyncCount);
        }

        return new ClusterAnswer(brokers, topic.Error, 0, "")
        {
            Partitions = topic.PartitionCount,
            Leaderless = leaderless,
            FewestReplicas = topic.PartitionCount > 0 ? replicas : 0,
            FewestInSync = topic.PartitionCount > 0 ? inSync : 0,
        };
    }

    static ClusterAnswer Refused(nint handle, nint configuration, string reason)
    {
        ((delegate* unmanaged<nint, void>)NativeLibrary.GetExport(handle, "rd_kafka_conf_destroy"))(configuration);
        return new ClusterAnswer([], 0, InvalidArgument, reason);
    }

    /// <summary>Keeps why the last connection failed; runs on librdkafka's threads.</summary>
    [UnmanagedCallersOnly]
    static void OnLog(nint client, int level, byte* facility, byte* text)
    {
        if (Text(facility) == "FAIL") _lastFailure = Text(text);
    }

    static byte[] Terminated(string text) => Encoding.UTF8.GetBytes(text + '\0');

    static string Text(byte* terminated) => terminated is null ? "" : Marshal.PtrToStringUTF8((nint)terminated) ?? "";
}
