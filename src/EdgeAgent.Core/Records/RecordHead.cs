using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.Records;

/// <summary>What all records of one group or series share, encoded once: labels, and topic and key for each output.</summary>
/// <param name="Labels">The labels.</param>
/// <param name="Json">Opening brace, labels and pipeline, each member followed by a comma.</param>
/// <param name="IdLabels">The end of each id.</param>
/// <param name="Topics">Topic for each output, UTF-8.</param>
/// <param name="Keys">Key for each output, UTF-8, or null.</param>
public sealed record RecordHead(LabelSet Labels, byte[] Json, byte[] IdLabels, byte[][] Topics, byte[]?[] Keys);
