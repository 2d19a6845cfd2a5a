using Confluent.Kafka;
using EdgeAgent.Storage;

namespace EdgeAgent.Outputs.Kafka;

/// <summary>A record of a window, ready to be produced, as often as its transaction begins.</summary>
/// <param name="Segment">Where it lies.</param>
/// <param name="Index">Its place there.</param>
/// <param name="Topic">Its topic; null when Kafka has no such names.</param>
/// <param name="Message">The message.</param>
readonly record struct KafkaOutgoing(Segment Segment, int Index, string? Topic, Message<byte[]?, byte[]> Message)
{
    /// <summary>Size of the batch that holds it alone, before compression [bytes].</summary>
    public long Bytes => KafkaRecord.BytesOf(Message);
}
