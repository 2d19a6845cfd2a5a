namespace EdgeAgent.Fleet.Messages;

/// <summary>Types of payloads: part of what is signed, so that no message can be taken for one of another kind.</summary>
public static class PayloadTypes
{
    /// <summary>Keys, roles and thresholds.</summary>
    public const string Root = "application/vnd.edgeagent.root.v1+json";

    /// <summary>A configuration.</summary>
    public const string Document = "application/vnd.edgeagent.config.v1+json";

    /// <summary>Which document a group or a gateway runs.</summary>
    public const string Target = "application/vnd.edgeagent.target.v1+json";

    /// <summary>Values of one gateway.</summary>
    public const string Vars = "application/vnd.edgeagent.vars.v1+json";

    /// <summary>How a gateway is.</summary>
    public const string Report = "application/vnd.edgeagent.report.v1+json";

    /// <summary>What a gateway answers to a question.</summary>
    public const string Answer = "application/vnd.edgeagent.answer.v1+json";
}
