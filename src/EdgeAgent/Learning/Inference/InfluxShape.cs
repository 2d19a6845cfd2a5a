namespace EdgeAgent.Learning.Inference;

/// <summary>What lines of InfluxDB's protocol have.</summary>
/// <param name="Tags">Names of tags.</param>
/// <param name="Precision">Unit of the timestamps.</param>
sealed record InfluxShape(IReadOnlyList<string> Tags, string Precision);
