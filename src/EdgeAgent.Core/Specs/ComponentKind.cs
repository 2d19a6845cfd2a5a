namespace EdgeAgent.Core.Specs;

/// <summary>What a component is.</summary>
public enum ComponentKind
{
    /// <summary>Fixed keys, at the top or nested.</summary>
    Section,

    /// <summary>Where readings come from.</summary>
    Source,

    /// <summary>One step of a pipeline.</summary>
    Stage,

    /// <summary>Where records go.</summary>
    Output,

    /// <summary>How payloads become readings.</summary>
    Format,
}
