using EdgeAgent.Core.Models;
using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Gateways;

/// <summary>The whole file. A new top-level section is one field here and one property of <see cref="GatewaySettings"/>.</summary>
public static class GatewaySpec
{
    /// <summary>Most sources of one agent: stages keep a bit for each.</summary>
    public const int MaxSources = 64;

    /// <summary>The form of configurations that this version writes, and the latest it reads.</summary>
    public const long Form = 1;

    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "gateway",
        Kind = ComponentKind.Section,
        Doc = "The whole configuration of one agent.",
        Fields =
        [
            FieldSpec.Integer("config", "Form of this file. `edge-agent config upgrade` brings an older one to the newest.", 1,
                int.MaxValue)
                with { Default = Form },
            FieldSpec.Nested("agent", "The agent itself.", AgentSpec.Spec) with { Required = true },
            FieldSpec.Map("sources", "Where readings come from, by name.", FieldType.Name,
                FieldSpec.OneOf("", "A source.", "sources")) with { Required = true, MinCount = 1 },
            FieldSpec.Map("pipelines", "How readings become records, by name.", FieldType.Name,
                FieldSpec.Nested("", "A pipeline.", PipelineSpec.Spec)) with { Required = true, MinCount = 1, MaxCount = 1000 },
            FieldSpec.Map("outputs", "Where records go, by name.", FieldType.Name,
                FieldSpec.OneOf("", "An output.", "outputs")) with { Required = true, MinCount = 1, MaxCount = 1000 },
            FieldSpec.Map("models", "Models for score stages, by name.", FieldType.Name,
                FieldSpec.Nested("", "A model.", ModelSpec.Spec)) with { MaxCount = 1000, DefaultDoc = "none" },
            FieldSpec.Nested("buffer", "Bounds of the outbox, which keeps records on disk until they are confirmed.", BufferSpec.Spec),
            FieldSpec.Nested("commit", "When state, records and progress are made durable.", CommitSpec.Spec),
            FieldSpec.Nested("proxy", "A proxy for the agent's connections, in networks with one way out.", ProxySpec.Spec)
                with { DefaultDoc = "none" },
            FieldSpec.Nested("telemetry", "How the agent's own metrics leave.", TelemetrySpec.Spec)
                with { DefaultDoc = "by a Unix socket alone" },
            FieldSpec.Nested("fleet", "The fleet this gateway belongs to: who may change its configuration from afar, and what.",
                FleetSpec.Spec) with { DefaultDoc = "none: only this file counts" },
            FieldSpec.Nested("status", "A web page that shows what the agent does.", StatusPageSpec.Spec) with { DefaultDoc = "none" },
        ],
        Build = v => new GatewaySettings
        {
            Agent = v.Nested<AgentSettings>("agent")!,
            Sources = v.All<SourceSettings>("sources"),
            Pipelines = v.All<PipelineSettings>("pipelines"),
            Outputs = v.All<OutputSettings>("outputs"),
            Models = v.All<ModelSettings>("models"),
            Buffer = v.Nested<BufferSettings>("buffer") ?? new(),
            Commit = v.Nested<CommitSettings>("commit") ?? new(),
            Proxy = v.Nested<ProxySettings>("proxy"),
            Telemetry = v.Nested<TelemetrySettings>("telemetry") ?? new(),
            Fleet = v.Nested<FleetSettings>("fleet"),
            StatusPage = v.Nested<ListenSettings>("status"),
        },
        Check = static (v, findings) =>
        {
            if (v.Find("config") is { Value: > Form } form)
                findings.Add(FindingCodes.LaterForm, form.At, form.Path,
                    $"form {form.Value}; this version reads {Form}. Use the version of edge-agent that this file was written for.");
            if (v.Find("sources") is { } sources && sources.Entries.Count > MaxSources)
                findings.Add(FindingCodes.TooManySources, sources.Entries[MaxSources].Value.KeyAt, sources.Path,
                    $"{sources.Entries.Count} sources; an agent has at most {MaxSources}. Use filters with wildcards, or a second agent.");
        },
    };
}
