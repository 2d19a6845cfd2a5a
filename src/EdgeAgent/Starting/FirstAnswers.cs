namespace EdgeAgent.Starting;

/// <summary>What a first configuration is made of.</summary>
/// <param name="Id">Id of the agent, and of its client at the broker.</param>
/// <param name="Broker">URL of the broker.</param>
/// <param name="Topic">Topic with labels in braces.</param>
/// <param name="Send">Where summaries go: <c>console</c>, <c>kafka://HOST:PORT/TOPIC</c> or <c>mqtt://HOST[:PORT]/TOPIC</c>.</param>
sealed record FirstAnswers(string Id, string Broker, string Topic, string Send)
{
    /// <summary>JSON path of the value; null when a payload is a number.</summary>
    public string? Value { get; init; }

    /// <summary>JSON path of the time; null for the arrival.</summary>
    public string? Time { get; init; }

    /// <summary>Unit of the time.</summary>
    public string Unit { get; init; } = "ms";

    /// <summary>Folder of the agent's data.</summary>
    public string DataDir { get; init; } = "/var/lib/edge-agent";

    /// <summary>User name at the broker, or null.</summary>
    public string? Username { get; init; }

    /// <summary>How the configuration names the password, or null.</summary>
    public string? Password { get; init; }

    /// <summary>PEM file of trusted authorities, or null.</summary>
    public string? CaFile { get; init; }
}
