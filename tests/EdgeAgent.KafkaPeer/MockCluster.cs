using System.Runtime.InteropServices;
using Confluent.Kafka;
using EdgeAgent.Libraries;

namespace EdgeAgent.KafkaPeer;

/// <summary>librdkafka's mock cluster: brokers in this process that speak Kafka's protocol on loopback (<c>rdkafka_mock.h</c>).</summary>
/// <remarks>
/// A partition keeps about 5 MB or 100,000 batches and forgets the oldest past that; all is forgotten with the process. A
/// broker set down keeps its records and, when up again, its port. Any thread.
/// </remarks>
public sealed partial class MockCluster : IDisposable
{
    const int ProducerType = 0;
    readonly nint _client;
    readonly nint _cluster;

    static MockCluster()
    {
        NativeLibraries.Register();
        NativeLibrary.SetDllImportResolver(typeof(MockCluster).Assembly, (name, _, _) =>
            name == "rdkafka" ? NativeLibrary.Load(NativeLibraries.Find("librdkafka.so.1") ?? "librdkafka.so.1") : 0);
    }

    /// <summary>Starts <paramref name="brokers"/> brokers with the ids 1, 2, ….</summary>
    public MockCluster(int brokers)
    {
        var error = new byte[512];
        var conf = rd_kafka_conf_new();
        // Level 0 keeps the mock's own log, which would go to standard error, quiet.
        if (rd_kafka_conf_set(conf, "log_level", "0", error, error.Length) != 0)
            throw new InvalidOperationException("log_level is refused");
        _client = rd_kafka_new(ProducerType, conf, error, error.Length);
        if (_client == 0) throw new InvalidOperationException("rd_kafka_new failed");
        _cluster = rd_kafka_mock_cluster_new(_client, brokers);
        if (_cluster == 0) throw new InvalidOperationException("rd_kafka_mock_cluster_new failed");
        // It names broker 0, which there is not, unless told; a client that asks the controller would wait for ever.
        rd_kafka_mock_set_controller_id(_cluster, 1);
        Brokers = brokers;
    }

    /// <summary>How many brokers there are.</summary>
    public int Brokers { get; }

    /// <summary>Addresses of all brokers, <c>host:port,…</c>.</summary>
    public string Bootstrap => Marshal.PtrToStringUTF8(rd_kafka_mock_cluster_bootstraps(_cluster))!;

    /// <summary>Makes a topic; unknown topics are otherwise made on first use, with 4 partitions.</summary>
    public void CreateTopic(string name, int partitions) =>
        Check(rd_kafka_mock_topic_create(_cluster, name, partitions, Math.Min(Brokers, 3)));

    /// <summary>Disconnects a broker (-1: all) and refuses connections.</summary>
    public void SetDown(int broker = -1) => Check(rd_kafka_mock_broker_set_down(_cluster, broker));

    /// <summary>Lets a broker (-1: all) take connections again, under the same port.</summary>
    public void SetUp(int broker = -1) => Check(rd_kafka_mock_broker_set_up(_cluster, broker));

    /// <summary>Delays every answer of a broker (-1: all).</summary>
    public void SetRoundTrip(int broker, int milliseconds) => Check(rd_kafka_mock_broker_set_rtt(_cluster, broker, milliseconds));

    /// <summary>Makes another broker lead a partition.</summary>
    public void SetLeader(string topic, int partition, int broker) =>
        Check(rd_kafka_mock_partition_set_leader(_cluster, topic, partition, broker));

    /// <summary>What metadata says of a topic from now on; <c>NoError</c> ends it.</summary>
    public void SetTopicError(string topic, ErrorCode error) => rd_kafka_mock_topic_set_error(_cluster, topic, (int)error);

    /// <summary>The next requests of this kind are answered with these errors, one each.</summary>
    /// <param name="apiKey">Number of the request in Kafka's protocol guide: 0 Produce, 1 Fetch, 3 Metadata, 22 InitProducerId.</param>
    /// <param name="errors">Errors; <c>Local_Transport</c> cuts the connection.</param>
    public void PushErrors(short apiKey, params ErrorCode[] errors) =>
        rd_kafka_mock_push_request_errors_array(_cluster, apiKey, (nuint)errors.Length, Array.ConvertAll(errors, code => (int)code));

    /// <summary>Takes back the errors of <see cref="PushErrors"/> that were not given yet.</summary>
    public void ClearErrors(short apiKey) => rd_kafka_mock_clear_request_errors(_cluster, apiKey);

    /// <summary>The address clients are told for a broker, such as a forwarder's.</summary>
    public void Advertise(int broker, string host, int port) => rd_kafka_mock_broker_set_host_port(_cluster, broker, host, port);

    /// <summary>Ends all brokers.</summary>
    public void Dispose()
    {
        rd_kafka_mock_cluster_destroy(_cluster);
        rd_kafka_destroy(_client);
    }

    static void Check(int error)
    {
        if (error != 0) throw new InvalidOperationException($"the mock cluster refuses: {(ErrorCode)error}");
    }

    [LibraryImport("rdkafka")]
    private static partial nint rd_kafka_conf_new();

    [LibraryImport("rdkafka", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rd_kafka_conf_set(nint conf, string name, string value, byte[] error, nint errorLength);

    [LibraryImport("rdkafka")]
    private static partial nint rd_kafka_new(int type, nint conf, byte[] error, nint errorLength);

    [LibraryImport("rdkafka")]
    private static partial void rd_kafka_destroy(nint client);

    [LibraryImport("rdkafka")]
    private static partial nint rd_kafka_mock_cluster_new(nint client, int brokers);

    [LibraryImport("rdkafka")]
    private static partial void rd_kafka_mock_cluster_destroy(nint cluster);

    [LibraryImport("rdkafka")]
    private static partial nint rd_kafka_mock_cluster_bootstraps(nint cluster);

    [LibraryImport("rdkafka")]
    private static partial void rd_kafka_mock_set_controller_id(nint cluster, int broker);

    [LibraryImport("rdkafka", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rd_kafka_mock_topic_create(nint cluster, string topic, int partitions, int replicas);

    [LibraryImport("rdkafka", StringMarshalling = StringMarshalling.Utf8)]
    private static partial void rd_kafka_mock_topic_set_error(nint cluster, string topic, int error);

    [LibraryImport("rdkafka", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rd_kafka_mock_partition_set_leader(nint cluster, string topic, int partition, int broker);

    [LibraryImport("rdkafka")]
    private static partial int rd_kafka_mock_broker_set_down(nint cluster, int broker);

    [LibraryImport("rdkafka")]
    private static partial int rd_kafka_mock_broker_set_up(nint cluster, int broker);

    [LibraryImport("rdkafka")]
    private static partial int rd_kafka_mock_broker_set_rtt(nint cluster, int broker, int milliseconds);

    [LibraryImport("rdkafka")]
    private static partial void rd_kafka_mock_push_request_errors_array(nint cluster, short apiKey, nuint count, int[] errors);

    [LibraryImport("rdkafka")]
    private static partial void rd_kafka_mock_clear_request_errors(nint cluster, short apiKey);

    [LibraryImport("rdkafka", StringMarshalling = StringMarshalling.Utf8)]
    private static partial void rd_kafka_mock_broker_set_host_port(nint cluster, int broker, string host, int port);
}
