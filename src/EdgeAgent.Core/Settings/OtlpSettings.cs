using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Settings;

/// <summary>Where metrics are sent by OTLP.</summary>
public sealed record OtlpSettings
{
    /// <summary>Host name or address.</summary>
    public required string Host { get; init; }

    /// <summary>Port.</summary>
    public required int Port { get; init; }

    /// <summary>Path and query, as they stand in the request.</summary>
    public required Secret Target { get; init; }

    /// <summary>Time between two pushes.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest time from connecting to the end of the answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Further headers.</summary>
    public IReadOnlyList<(string Name, Secret Value)> Headers { get; init; } = [];

    /// <summary>TLS (<c>https</c>), or null for plain text.</summary>
    public TlsSettings? Tls { get; init; }
}
