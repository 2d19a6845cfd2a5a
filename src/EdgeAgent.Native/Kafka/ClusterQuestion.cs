using System.Runtime.InteropServices;
using System.Text;

namespace EdgeAgent.Native.Kafka;

/// <summary>Asks a Kafka cluster for its brokers and topics through librdkafka, sends nothing and creates nothing.</summary>
/// <remarks>
/// Confluent.Kafka can ask this only through its AdminClient, which alone adds 1.6 MB to a native binary; these are functions of
/// librdkafka's C interface (<c>rdkafka.h</c> 2.16). A consumer handle is used, as a producer's question may create the topic.
/// A broker is asked for its settings to see whether it answers: to be forbidden is an answer, too. One question at a time in a process.
/// </remarks>
public static unsafe class ClusterQuestion
{
    const int Consumer = 1;
    const int Ok = 0;
    const int InvalidArgument = -186;
    const int UnsupportedFeature = -165;
    const int Authentication = -169;
    const int ErrorBytes = 512;
    const int MaxFailures = 20;
    const int MaxBrokersAsked = 16;

    static readonly Lock s_one = new();
    static readonly List<string> s_failures = [];

    // rd_kafka_metadata and what it holds; natural alignment on 64-bit Linux.
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
        public int InStepCount;
        public int* InStep;
    }

    /// <summary>Asks; blocks for at most about <paramref name="timeoutMs"/>.</summary>
    /// <param name="library">Path or name of librdkafka.</param>
    /// <param name="options">librdkafka's options, secrets among them;
    /// nothing of them is in the answer but a refused option.</param>
    /// <param name="topics">Topics to ask for.</param>
    /// <param name="isDeep">Whether the brokers are asked themselves, those that lead the topics first, and the topics' settings are read.
    /// </param>
    /// <param name="timeoutMs">How long to wait [ms].</param>
    /// <exception cref="DllNotFoundException">The library cannot be loaded.</exception>
    public static ClusterAnswer Ask(string library, IEnumerable<KeyValuePair<string, string>> options, IReadOnlyList<string> topics,
        bool isDeep, int timeoutMs)
    {
        lock (s_one)
        {
            lock (s_failures) s_failures.Clear();
            var deadline = Environment.TickCount64 + timeoutMs;
            var handle = NativeLibrary.Load(library);
            var error = stackalloc byte[ErrorBytes];
            var configuration = ClientOptions.Make(handle, options, out var refused);
            if (configuration == 0) return Refused(refused);
            ((delegate* unmanaged<nint, delegate* unmanaged<nint, int, byte*, byte*, void>, void>)NativeLibrary.GetExport(handle,
                "rd_kafka_conf_set_log_cb"))(configuration, &OnLog);
            ((delegate* unmanaged<nint, delegate* unmanaged<nint, int, byte*, nint, void>, void>)NativeLibrary.GetExport(handle,
                "rd_kafka_conf_set_error_cb"))(configuration, &OnError);
            var client = ((delegate* unmanaged<int, nint, byte*, nuint, nint>)NativeLibrary.GetExport(handle, "rd_kafka_new"))(Consumer,
                configuration, error, ErrorBytes);
            if (client == 0)
            {
                ClientOptions.Free(handle, configuration);
                return Refused(Text(error));
            }

            try
            {
                return Ask(handle, client, topics, isDeep, deadline);
            }
            finally
            {
                ((delegate* unmanaged<nint, void>)NativeLibrary.GetExport(handle, "rd_kafka_destroy"))(client);
            }
        }
    }

    static ClusterAnswer Ask(nint handle, nint client, IReadOnlyList<string> names, bool isDeep, long deadline)
    {
        var brokers = new List<ClusterBroker>();
        var topics = new List<ClusterTopic>();
        for (var i = 0; i < Math.Max(1, names.Count); i++)
        {
            var code = AskMetadata(handle, client, i < names.Count ? names[i] : null, brokers, topics, Left(deadline));
            if (code == Ok) continue;
            if (i == 0) return new ClusterAnswer([], [], code, "", Failures());
            break;
        }

        if (isDeep) AskBrokers(handle, client, brokers, topics, deadline);
        return new ClusterAnswer(brokers, topics, 0, "", Failures());
    }

    static int AskMetadata(nint handle, nint client, string? topic, List<ClusterBroker> brokers, List<ClusterTopic> topics, int leftMs)
    {
        nint asked = 0;
        if (topic is not null)
            fixed (byte* name = Terminated(topic))
                asked = ((delegate* unmanaged<nint, byte*, nint, nint>)NativeLibrary.GetExport(handle, "rd_kafka_topic_new"))(client,
                    name, 0);
        Metadata* metadata = null;
        var code = ((delegate* unmanaged<nint, int, nint, Metadata**, int, int>)NativeLibrary.GetExport(handle, "rd_kafka_metadata"))(
            client, 0, asked, &metadata, leftMs);
        if (asked != 0) ((delegate* unmanaged<nint, void>)NativeLibrary.GetExport(handle, "rd_kafka_topic_destroy"))(asked);
        if (code != Ok)
        {
            // What waits to be told.
            ((delegate* unmanaged<nint, int, int>)NativeLibrary.GetExport(handle, "rd_kafka_poll"))(client, 0);
            return code;
        }

        brokers.Clear();
        for (var i = 0; i < metadata->BrokerCount; i++)
        {
            ref var broker = ref metadata->Brokers[i];
            brokers.Add(new ClusterBroker(broker.Id, $"{Text(broker.Host)}:{broker.Port}", null, new Dictionary<string, string>()));
        }

        if (topic is not null && metadata->TopicCount > 0)
        {
            ref var found = ref metadata->Topics[0];
            var partitions = new List<ClusterPartition>();
            for (var i = 0; i < found.PartitionCount; i++)
            {
                ref var p = ref found.Partitions[i];
                partitions.Add(new ClusterPartition(p.Id, p.Leader, p.ReplicaCount, p.InStepCount));
            }

            topics.Add(new ClusterTopic(topic, found.Error, partitions, new Dictionary<string, string>()));
        }

        ((delegate* unmanaged<Metadata*, void>)NativeLibrary.GetExport(handle, "rd_kafka_metadata_destroy"))(metadata);
        return Ok;
    }

    /// <summary>Asks the brokers at once, each for its own settings, the first also for those of the topics.</summary>
    static void AskBrokers(nint handle, nint client, List<ClusterBroker> brokers, List<ClusterTopic> topics, long deadline)
    {
        var leaders = topics.SelectMany(topic => topic.Partitions).Select(p => p.Leader).Distinct().ToList();
        var chosen = brokers.OrderByDescending(broker => leaders.Contains(broker.Id)).Take(MaxBrokersAsked).ToList();
        var queues = new List<nint>();
        foreach (var broker in chosen)
        {
            var queue = ((delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(handle, "rd_kafka_queue_new"))(client);
            queues.Add(queue);
            List<nint> wanted = [Resource(handle, 4, broker.Id.ToString(System.Globalization.CultureInfo.InvariantCulture))];
            if (queues.Count == 1)
                wanted.AddRange(topics.Where(topic => topic.Code == Ok).Select(topic => Resource(handle, 2, topic.Name)));
            // The resources are copied by the call.
            fixed (nint* list = wanted.ToArray())
                ((delegate* unmanaged<nint, nint*, nuint, nint, nint, void>)NativeLibrary.GetExport(handle, "rd_kafka_DescribeConfigs"))(
                    client, list, (nuint)wanted.Count, 0, queue);
            foreach (var resource in wanted)
                ((delegate* unmanaged<nint, void>)NativeLibrary.GetExport(handle, "rd_kafka_ConfigResource_destroy"))(resource);
        }

        for (var i = 0; i < chosen.Count; i++)
        {
            var result = ((delegate* unmanaged<nint, int, nint>)NativeLibrary.GetExport(handle, "rd_kafka_queue_poll"))(queues[i],
                Left(deadline));
            var at = brokers.IndexOf(chosen[i]);
            brokers[at] = chosen[i] with { IsReached = false };
            if (result != 0)
            {
                var code = ((delegate* unmanaged<nint, int>)NativeLibrary.GetExport(handle, "rd_kafka_event_error"))(result);
                brokers[at] = chosen[i] with { IsReached = code is Ok or UnsupportedFeature };
                if (code == Ok) TakeSettings(handle, result, brokers, at, topics);
                ((delegate* unmanaged<nint, void>)NativeLibrary.GetExport(handle, "rd_kafka_event_destroy"))(result);
            }

            ((delegate* unmanaged<nint, void>)NativeLibrary.GetExport(handle, "rd_kafka_queue_destroy"))(queues[i]);
        }
    }

    static void TakeSettings(nint handle, nint result, List<ClusterBroker> brokers, int at, List<ClusterTopic> topics)
    {
        var described = ((delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(handle, "rd_kafka_event_DescribeConfigs_result"))(result);
        if (described == 0) return;
        nuint count = 0;
        var resources = ((delegate* unmanaged<nint, nuint*, nint*>)NativeLibrary.GetExport(handle,
            "rd_kafka_DescribeConfigs_result_resources"))(described, &count);
        for (nuint i = 0; i < count; i++)
        {
            var settings = Settings(handle, resources[i]);
            var name = Text(((delegate* unmanaged<nint, byte*>)NativeLibrary.GetExport(handle, "rd_kafka_ConfigResource_name"))(
                resources[i]));
            var type = ((delegate* unmanaged<nint, int>)NativeLibrary.GetExport(handle, "rd_kafka_ConfigResource_type"))(resources[i]);
            if (type == 4) brokers[at] = brokers[at] with { Settings = settings };
            else if (topics.FindIndex(topic => topic.Name == name) is var t and >= 0) topics[t] = topics[t] with { Settings = settings };
        }
    }

    static Dictionary<string, string> Settings(nint handle, nint resource)
    {
        nuint count = 0;
        var entries = ((delegate* unmanaged<nint, nuint*, nint*>)NativeLibrary.GetExport(handle, "rd_kafka_ConfigResource_configs"))(
            resource, &count);
        var name = (delegate* unmanaged<nint, byte*>)NativeLibrary.GetExport(handle, "rd_kafka_ConfigEntry_name");
        var value = (delegate* unmanaged<nint, byte*>)NativeLibrary.GetExport(handle, "rd_kafka_ConfigEntry_value");
        var settings = new Dictionary<string, string>();
        for (nuint i = 0; i < count; i++) settings[Text(name(entries[i]))] = Text(value(entries[i]));
        return settings;
    }

    static nint Resource(nint handle, int type, string name)
    {
        fixed (byte* bytes = Terminated(name))
            return ((delegate* unmanaged<int, byte*, nint>)NativeLibrary.GetExport(handle, "rd_kafka_ConfigResource_new"))(type, bytes);
    }

    static ClusterAnswer Refused(string reason) => new([], [], InvalidArgument, reason, []);

    /// <summary>Keeps why connections failed; runs on librdkafka's threads.</summary>
    [UnmanagedCallersOnly]
    static void OnLog(nint client, int level, byte* facility, byte* text)
    {
        if (Text(facility) == "FAIL") Keep(Text(text));
    }

    /// <summary>Keeps why there is no token, which no connection tells.</summary>
    [UnmanagedCallersOnly]
    static void OnError(nint client, int code, byte* text, nint opaque)
    {
        if (code == Authentication && Text(text) is var reason && reason.Contains("token", StringComparison.Ordinal)) Keep(reason);
    }

    static void Keep(string line)
    {
        lock (s_failures)
        {
            if (s_failures.Count == MaxFailures) s_failures.RemoveAt(0);
            s_failures.Add(line);
        }
    }

    static List<string> Failures()
    {
        lock (s_failures) return [.. s_failures];
    }

    static int Left(long deadline) => (int)Math.Max(1, deadline - Environment.TickCount64);

    static byte[] Terminated(string text) => Encoding.UTF8.GetBytes(text + '\0');

    static string Text(byte* terminated) => terminated is null ? "" : Marshal.PtrToStringUTF8((nint)terminated) ?? "";
}
