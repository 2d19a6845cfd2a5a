using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using EdgeAgent.Libraries;

namespace EdgeAgent.KafkaPeer;

/// <summary>Reads topics from their beginning, all partitions, without a consumer group.</summary>
public static class Consume
{
    static readonly TimeSpan s_metadataWithin = TimeSpan.FromSeconds(10);

    /// <summary>Reads until nothing came for <paramref name="idle"/> after the last end of every partition was seen,
    /// or <paramref name="stop"/>.</summary>
    /// <param name="client">Brokers and how to connect to them.</param>
    /// <param name="topics">Topics that exist.</param>
    /// <param name="idle">Null: until <paramref name="stop"/>.</param>
    /// <param name="take">Called with each record; false ends the reading.</param>
    /// <param name="stop">Ends the reading.</param>
    public static void Read(ClientConfig client, IReadOnlyList<string> topics, TimeSpan? idle,
        Func<ConsumeResult<byte[]?, byte[]>, bool> take, CancellationToken stop)
    {
        NativeLibraries.Register();
        var config = new ConsumerConfig(client.ToDictionary())
        {
            GroupId = "kafka-peer",
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            FetchWaitMaxMs = 50,
            EnablePartitionEof = true,
        };
        using var consumer = new ConsumerBuilder<byte[]?, byte[]>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { })
            .Build();
        var partitions = Partitions(client, topics);
        consumer.Assign(partitions.Select(partition => new TopicPartitionOffset(partition, Offset.Beginning)));
        var atEnd = new HashSet<TopicPartition>();
        while (!stop.IsCancellationRequested)
        {
            var result = consumer.Consume(idle is { } wait && atEnd.Count == partitions.Count ? wait : TimeSpan.FromMilliseconds(100));
            if (result is null)
            {
                if (idle is not null && atEnd.Count == partitions.Count) return;
                continue;
            }

            if (result.IsPartitionEOF) atEnd.Add(result.TopicPartition);
            else if (!take(result)) return;
        }
    }

    /// <summary>One record as a JSON line: topic, partition, offset, key, headers, value as a string.</summary>
    public static void WriteLine(Stream to, ConsumeResult<byte[]?, byte[]> record)
    {
        using (var json = new Utf8JsonWriter(to))
        {
            json.WriteStartObject();
            json.WriteString("topic", record.Topic);
            json.WriteNumber("partition", record.Partition.Value);
            json.WriteNumber("offset", record.Offset.Value);
            if (record.Message.Key is { } key) json.WriteString("key", key);
            else json.WriteNull("key");
            json.WriteStartObject("headers");
            foreach (var header in record.Message.Headers) json.WriteString(header.Key, header.GetValueBytes());
            json.WriteEndObject();
            json.WriteString("value", Encoding.UTF8.GetString(record.Message.Value));
            json.WriteEndObject();
        }

        to.Write("\n"u8);
        to.Flush();
    }

    static List<TopicPartition> Partitions(ClientConfig client, IReadOnlyList<string> topics)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig(client))
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        var partitions = new List<TopicPartition>();
        foreach (var topic in topics)
        {
            var metadata = admin.GetMetadata(topic, s_metadataWithin).Topics.Single();
            if (metadata.Partitions.Count == 0) throw new InvalidOperationException($"topic {topic}: {metadata.Error.Reason}");
            partitions.AddRange(metadata.Partitions.Select(partition => new TopicPartition(topic, partition.PartitionId)));
        }

        return partitions;
    }
}
