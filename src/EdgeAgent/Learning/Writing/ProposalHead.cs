namespace EdgeAgent.Learning.Writing;

/// <summary>What a proposal says besides what was inferred.</summary>
/// <param name="Url">The broker.</param>
/// <param name="AgentId">Id of the agent, and of its client.</param>
/// <param name="Heard">A sentence: how much was heard, and in what time.</param>
sealed record ProposalHead(string Url, string AgentId, string Heard)
{
    /// <summary>Folder of the agent's data.</summary>
    public string DataDir { get; init; } = "/var/lib/edge-agent";

    /// <summary>Whether the broker takes MQTT 3.1.1 only.</summary>
    public bool IsOldProtocol { get; init; }

    /// <summary>User name, or null.</summary>
    public string? Username { get; init; }

    /// <summary>Where the password is taken from, such as <c>${file:/etc/edge-agent/mqtt.password}</c>; or null.</summary>
    public string? Password { get; init; }

    /// <summary>PEM file of trusted authorities, or null.</summary>
    public string? CaFile { get; init; }
}
