using System.Text;
using Confluent.Kafka;
using EdgeAgent.KafkaPeer;
using Xunit;

namespace EdgeAgent.Tests.Outputs.Kafka;

/// <summary>What arrived in a topic of a mock cluster.</summary>
static class KafkaTopic
{
    /// <summary>All records, partition by partition in their order.</summary>
    public static List<ConsumeResult<byte[]?, byte[]>> Read(MockCluster cluster, string topic)
    {
        var records = new List<ConsumeResult<byte[]?, byte[]>>();
        using var guard = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        Consume.Read(new ClientConfig { BootstrapServers = cluster.Bootstrap }, [topic], TimeSpan.Zero, record =>
        {
            records.Add(record);
            return true;
        }, guard.Token);
        Assert.False(guard.IsCancellationRequested, "the topic could not be read to its end");
        return [.. records.OrderBy(record => record.Partition.Value).ThenBy(record => record.Offset.Value)];
    }

    /// <summary>A header as text.</summary>
    public static string Header(this ConsumeResult<byte[]?, byte[]> record, string name) =>
        Encoding.UTF8.GetString(record.Message.Headers.GetLastBytes(name));
}
