namespace EdgeAgent.Scenarios.Harness;

/// <summary>Configurations of scenarios: one shape, the parts that differ as arguments.</summary>
static class Configuration
{
    /// <summary>2026-01-01T00:00:00Z [ms since the Unix epoch]: event times of scenarios begin here.</summary>
    public const long StartMs = 1_767_225_600_000;

    /// <summary>The ten-second windows most scenarios use.</summary>
    public const string Window =
        "{ tumbling: 10s, by: [site, device, metric], aggregate: [count, min, max, sum, mean, stddev, first, last], idle_timeout: 1h }";

    /// <summary>A whole configuration: one source, one pipeline, one output, unless parts are given.</summary>
    public static string Write(Workspace workspace, Mosquitto broker, Kafka kafka, string name = "agent.yaml", string? sources = null,
        string? pipelines = null,
        string? window = null, int qos = 1, string source = "", string buffer = "{ max_size: 16MiB, on_full: drop_oldest }",
        string? dataDir = null, int? port = null,
        string commit = "{ interval: 200ms }", string id = "gw-test", string key = "{site}/{device}", string output = "") =>
        workspace.Write(name, $$"""
            agent:
              id: {{id}}
              data_dir: {{dataDir ?? workspace["data"]}}
            sources:
            {{sources ?? Source("plant", port ?? broker.Port, id, qos, source)}}
            pipelines:
            {{pipelines ?? Pipeline("summaries", "plant", window)}}
            outputs:
              central: { type: kafka, brokers: ["{{kafka.Brokers.Replace(",", "\", \"")}}"], topic: {{kafka.Topic}}, key: "{{key}}"{{(output == "" ? "" : ", " + output)}} }
            buffer: {{buffer}}
            commit: {{commit}}

            """);

    /// <summary>A source of JSON readings on <c>sensors/…</c>.</summary>
    public static string Source(string name, int port, string clientId, int qos = 1, string more = "",
        string topic = "sensors/{site}/{device}/{metric}", string scheme = "mqtt", string host = "127.0.0.1") => $$"""
                  {{name}}:
                    type: mqtt
                    url: {{scheme}}://{{host}}:{{port}}
                    client_id: {{clientId}}
                    {{more}}
                    subscriptions:
                      - topic: {{topic}}
                        qos: {{qos}}
                        decode: { format: json, value: $.value, time: { path: $.ts, unit: ms } }
            """;

    /// <summary>A pipeline with a window.</summary>
    public static string Pipeline(string name, string from, string? window = null) => $$"""
              {{name}}:
                from: [{{from}}]
                stages:
                  - window: {{window ?? Window}}
                to: [central]
        """;
}
