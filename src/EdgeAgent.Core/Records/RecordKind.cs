namespace EdgeAgent.Core.Records;

/// <summary>What a record is; becomes the CloudEvents type.</summary>
public enum RecordKind : byte
{
    /// <summary>The aggregates of one closed window (<c>edgeagent.summary</c>).</summary>
    Summary = 1,

    /// <summary>One reading passed on as it is (<c>edgeagent.reading</c>).</summary>
    Reading = 2,

    /// <summary>A threshold was crossed (<c>edgeagent.alert</c>).</summary>
    Alert = 3,

    /// <summary>A model's output (<c>edgeagent.score</c>).</summary>
    Score = 4,

    /// <summary>A reading that came too late for its window (<c>edgeagent.late</c>).</summary>
    Late = 5,
}
