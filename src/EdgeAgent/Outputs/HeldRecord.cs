using EdgeAgent.Core.Records;
using EdgeAgent.Storage;

namespace EdgeAgent.Outputs;

/// <summary>A record that cannot be delivered now, while those of other topics can.</summary>
/// <param name="Lane">The lane it came from.</param>
/// <param name="Index">Its place in its segment.</param>
/// <param name="Topic">Its topic.</param>
/// <param name="Why">What the topic's trouble is and what to do; null when it is known already.</param>
/// <param name="Bytes">The record in the format of <see cref="LaneBuffer"/>.</param>
public sealed record HeldRecord(Lane Lane, int Index, string Topic, string? Why, byte[] Bytes)
{
    /// <summary>The record that <paramref name="reader"/> stands on.</summary>
    public static HeldRecord Of(Lane lane, int index, string topic, string? why, in RecordReader reader)
    {
        var whole = new LaneBuffer();
        whole.Append(reader.Kind, reader.TimeNs, reader.Topic, reader.HasKey ? reader.Key.ToArray() : null, reader.Id, reader.Payload);
        return new HeldRecord(lane, index, topic, why, whole.Bytes.ToArray());
    }
}
