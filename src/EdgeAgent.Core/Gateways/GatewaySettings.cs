using EdgeAgent.Core.Models;
using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Settings;

namespace EdgeAgent.Core.Gateways;

/// <summary>A whole checked configuration. Immutable; the control side hands it to the data path.</summary>
public sealed record GatewaySettings
{
    /// <summary>The agent itself.</summary>
    public required AgentSettings Agent { get; init; }

    /// <summary>Sources in the order of the file; a commit closes their gates in this order.</summary>
    public required IReadOnlyList<SourceSettings> Sources { get; init; }

    /// <summary>Pipelines in the order of the file.</summary>
    public required IReadOnlyList<PipelineSettings> Pipelines { get; init; }

    /// <summary>Outputs in the order of the file.</summary>
    public required IReadOnlyList<OutputSettings> Outputs { get; init; }

    /// <summary>Models that score stages name, in the order of the file.</summary>
    public IReadOnlyList<ModelSettings> Models { get; init; } = [];

    /// <summary>The outbox's bounds.</summary>
    public BufferSettings Buffer { get; init; } = new();

    /// <summary>When commits happen.</summary>
    public CommitSettings Commit { get; init; } = new();

    /// <summary>The proxy of the agent's connections; null for none.</summary>
    public ProxySettings? Proxy { get; init; }

    /// <summary>How the agent's own metrics leave.</summary>
    public TelemetrySettings Telemetry { get; init; } = new();

    /// <summary>The fleet it belongs to; null for none.</summary>
    public FleetSettings? Fleet { get; init; }

    /// <summary>Where the status page is; null for none.</summary>
    public ListenSettings? StatusPage { get; init; }
}
