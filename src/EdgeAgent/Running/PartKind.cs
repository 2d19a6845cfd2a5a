namespace EdgeAgent.Running;

/// <summary>What a named part of a configuration is.</summary>
enum PartKind
{
    /// <summary>A source.</summary>
    Source,

    /// <summary>A pipeline.</summary>
    Pipeline,

    /// <summary>An output.</summary>
    Output,

    /// <summary>A model.</summary>
    Model,

    /// <summary>A section without a name of its own, such as <c>commit</c>.</summary>
    Section,
}
