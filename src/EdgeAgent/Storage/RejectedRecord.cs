using EdgeAgent.Core.Records;

namespace EdgeAgent.Storage;

/// <summary>A record the output will never take.</summary>
/// <param name="Lane">Its lane.</param>
/// <param name="Number">Its number.</param>
/// <param name="Reason">The output's words.</param>
/// <param name="Payload">Its payload, for a person to look at.</param>
public sealed record RejectedRecord(Lane Lane, long Number, string Reason, byte[] Payload)
{
    /// <summary>The record's bytes before its payload, in the format of <c>LaneBuffer</c>: with them it can be sent again as it was.
    /// Empty when they are not known.</summary>
    public byte[] Head { get; init; } = [];

    /// <summary>The reason's name for programs; not stored.</summary>
    public string Error { get; init; } = "";

    /// <summary>The topic for dead letters that has it; null where it is to be set aside here.</summary>
    public string? DeadLetterTopic { get; init; }

    /// <summary>The record that <paramref name="reader"/> stands on.</summary>
    public static RejectedRecord Of(Lane lane, long number, string reason, in RecordReader reader)
    {
        var whole = new LaneBuffer();
        whole.Append(reader.Kind, reader.TimeNs, reader.Topic, reader.HasKey ? reader.Key.ToArray() : null, reader.Id, reader.Payload);
        return new RejectedRecord(lane, number, reason, reader.Payload.ToArray())
        {
            Head = whole.Bytes[..^reader.Payload.Length].ToArray(),
        };
    }
}
