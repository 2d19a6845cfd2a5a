using System.Buffers;
using EdgeAgent.Core.Records;
using EdgeAgent.Storage;

namespace EdgeAgent.Outputs;

/// <summary>Turns segments into JSON lines: a payload and a newline for each record.</summary>
static class JsonLines
{
    /// <summary>Appends the readable records of <paramref name="segment"/>.</summary>
    public static void Append(IBufferWriter<byte> to, Segment segment)
    {
        var reader = new RecordReader(segment.Bytes);
        for (var i = 0; i < segment.Count && reader.Read(); i++)
        {
            to.Write(reader.Payload);
            to.Write("\n"u8);
        }
    }
}
