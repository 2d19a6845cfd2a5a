using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;

namespace EdgeAgent.Core.Stages;

/// <summary>Looks at what passes, for <c>edge-agent tap</c>. Called under the pipeline's lock: copies what it wants and returns.</summary>
public interface IPipelineTap
{
    /// <summary>A batch before its first stage.</summary>
    void Readings(ReadingBatch batch, int source, in Instant now);

    /// <summary>A record, once, whatever the number of outputs.</summary>
    void Record(RecordKind kind, RecordHead head, long timeNs, ReadOnlySpan<byte> payload);
}
