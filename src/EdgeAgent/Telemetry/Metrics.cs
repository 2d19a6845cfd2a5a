using EdgeAgent.Status;
using static EdgeAgent.Telemetry.MetricKind;

namespace EdgeAgent.Telemetry;

/// <summary>All metrics there are: docs/reference/metrics.md is written from this list.</summary>
/// <remarks>No label carries a device or a topic. Series are at most 50, and 14 a source, 10 a pipeline, 24 an output, 18 a stage that
/// scores and one a quantity watched for drift; a test holds that.</remarks>
static class Metrics
{
#pragma warning disable CS1591 // each line documents itself
    public static readonly MetricFamily Build = new("edgeagent_build", Info, "", "Version and processor type of the program.");
    public static readonly MetricFamily Readings = new("edgeagent_readings", Counter, "", "Readings taken from messages.");
    public static readonly MetricFamily Messages = new("edgeagent_messages", Counter, "",
        "Messages received, by QoS; frames of a serial line and answers of Modbus units have none.");
    public static readonly MetricFamily BadMessages = new("edgeagent_bad_messages", Counter, "",
        "Messages that gave no reading, by what was wrong: syntax, value, time, limit, route, timeout.");
    public static readonly MetricFamily Unacknowledged = new("edgeagent_unacknowledged_messages", Gauge, "",
        "Messages that wait for their commit.");
    public static readonly MetricFamily SourceConnected = new("edgeagent_source_connected", Gauge, "",
        "Whether a source has its connection (1) or not (0).");
    public static readonly MetricFamily Connections = new("edgeagent_connections", Counter, "", "Connections a source has made.");
    public static readonly MetricFamily Removed = new("edgeagent_stage_removed_readings", Counter, "",
        "Readings a stage removed; stages after the fifth are counted as `others`.");
    public static readonly MetricFamily Late = new("edgeagent_late_readings", Counter, "", "Readings too late for any window.");
    public static readonly MetricFamily Future = new("edgeagent_future_readings", Counter, "",
        "Readings too far ahead of the gateway's clock.");
    public static readonly MetricFamily OpenWindows = new("edgeagent_open_windows", Gauge, "",
        "Windows held, closed ones that can still be corrected included.");
    public static readonly MetricFamily Records = new("edgeagent_records", Counter, "", "Records written, once for each output.");
    public static readonly MetricFamily OutputConnected = new("edgeagent_output_connected", Gauge, "",
        "Whether the last thing heard of an output was good (1) or not (0).");
    public static readonly MetricFamily BacklogRecords = new("edgeagent_backlog_records", Gauge, "",
        "Records committed and not yet confirmed by their output.");
    public static readonly MetricFamily BacklogBytes = new("edgeagent_backlog_bytes", Gauge, "bytes", "The same in bytes.");
    public static readonly MetricFamily BacklogOldest = new("edgeagent_backlog_oldest_seconds", Gauge, "seconds",
        "Age of the oldest record not yet confirmed; 0 when there is none.");
    public static readonly MetricFamily Confirmed = new("edgeagent_output_confirmed_records", Counter, "", "Records an output confirmed.");
    public static readonly MetricFamily Dropped = new("edgeagent_output_dropped_records", Counter, "",
        "Records lost to an output, by priority and reason: overflow since the database began, too_old since the start.");
    public static readonly MetricFamily Rejected = new("edgeagent_output_rejected_records", Counter, "",
        "Records an output will never take; they are set aside.");
    public static readonly MetricFamily Commits = new("edgeagent_commits", Counter, "", "Commits by result: done, failed.");
    public static readonly MetricFamily CommitDuration = new("edgeagent_commit_duration_seconds", Histogram, "seconds",
        "How long commits took, from closing the gates to durable.");
    public static readonly MetricFamily CommitBytes = new("edgeagent_commit_bytes", Counter, "bytes",
        "Bytes handed to the database: what wears the flash.");
    public static readonly MetricFamily Series = new("edgeagent_series", Gauge, "", "Series held.");
    public static readonly MetricFamily SeriesRefused = new("edgeagent_series_refused", Counter, "", "Series refused for want of room.");
    public static readonly MetricFamily StateBytes = new("edgeagent_state_bytes", Gauge, "bytes",
        "Windows and other memory of stages, as stored.");
    public static readonly MetricFamily LogLinesDropped = new("edgeagent_log_lines_dropped", Counter, "",
        "Lines of the log that could not be written.");
    public static readonly MetricFamily ScoredRows = new("edgeagent_model_scored_rows", Counter, "", "Rows that got a score.");
    public static readonly MetricFamily IncompleteRows = new("edgeagent_incomplete_rows", Counter, "",
        "Moments at which `align` lacked a metric; the first ten that were ever missing.");
    public static readonly MetricFamily UnscoredRows = new("edgeagent_model_unscored_rows", Counter, "",
        "Rows that got none, by reason: failed, not_finite, missing (a value), over_budget, no_model.");
    public static readonly MetricFamily ScoreDuration = new("edgeagent_model_score_duration_seconds", Histogram, "seconds",
        "How long runs of the model took.") { Bounds = DurationHistogram.FineBounds };
    public static readonly MetricFamily Alerts = new("edgeagent_alerts", Counter, "", "Alerts opened.");
    public static readonly MetricFamily OpenAlerts = new("edgeagent_open_alerts", Gauge, "", "Alerts that are open.");
    public static readonly MetricFamily AlertDelay = new("edgeagent_alert_delay_seconds", Histogram, "seconds",
        "How long alerts took from the arrival of their readings until their output confirmed them; of one commit's alerts the "
            + "earliest arrival counts. There once an output has confirmed an alert.");
    public static readonly MetricFamily LinkBytes = new("edgeagent_link_bytes", Counter, "bytes",
        "Bytes that a connection carried, inside TLS, by direction: in, out. Counted for sources, outputs and the fleet link over MQTT, "
            + "for webhooks, and for Kafka twice a minute.");
    public static readonly MetricFamily DriftPsi = new("edgeagent_drift_psi", Gauge, "",
        "Population stability index of an input or the score in the last whole window.");
    public static readonly MetricFamily FleetState = new("edgeagent_fleet_state", Gauge, "",
        "1 with the state of this gateway in its fleet as label: steady, fetching, checking, waiting, applying, trial, reverting.");
    public static readonly MetricFamily FleetRuns = new("edgeagent_fleet", Info, "",
        "The document that runs: name, version, the first digits of its digest, and the version of this gateway's values; "
            + "`local` for the local file.");
    public static readonly MetricFamily FleetSince = new("edgeagent_fleet_since_seconds", Gauge, "seconds",
        "When what runs proved good, or when its trial began, since the Unix epoch; missing for the local file.");
    public static readonly MetricFamily FleetDocuments = new("edgeagent_fleet_documents", Counter, "",
        "Documents and values since the start, by what became of them: good, reverted, rejected, refused.");
    public static readonly MetricFamily FleetConnected =
        new("edgeagent_fleet_connected", Gauge, "", "Whether the fleet link is there (1) or not (0).");
    public static readonly MetricFamily FleetRefused =
        new("edgeagent_fleet_refused_messages", Counter, "", "Messages of the fleet that were refused.");
    public static readonly MetricFamily HttpRequests = new("edgeagent_http_requests", Counter, "",
        "Requests to metrics and status page, by result: answered, refused.");
    public static readonly MetricFamily HttpDropped = new("edgeagent_http_dropped_connections", Counter, "",
        "Connections to them that were ended: too many, too slow, or not reading.");
    public static readonly MetricFamily OtlpPushes = new("edgeagent_otlp_pushes", Counter, "",
        "Times these metrics were sent to a collector, by result: done, failed.");
    public static readonly MetricFamily CpuSeconds = new("process_cpu_seconds", Counter, "seconds", "Processor time, user and system.");
    public static readonly MetricFamily ResidentBytes = new("process_resident_memory_bytes", Gauge, "bytes", "Memory of the process.");
    public static readonly MetricFamily OpenFiles = new("process_open_fds", Gauge, "", "Files and sockets open.");
    public static readonly MetricFamily StartTime = new("process_start_time_seconds", Gauge, "seconds",
        "When the process started, since the Unix epoch.");
#pragma warning restore CS1591

    /// <summary>All of them, in the order they are shown.</summary>
    public static IReadOnlyList<MetricFamily> All { get; } =
    [
        Build, Readings, Messages, BadMessages, Unacknowledged, SourceConnected, Connections,
        Removed, Late, Future, OpenWindows, Records,
        OutputConnected, BacklogRecords, BacklogBytes, BacklogOldest, Confirmed, Dropped, Rejected,
        Commits, CommitDuration, CommitBytes, Series, SeriesRefused, StateBytes, LogLinesDropped,
        IncompleteRows, ScoredRows, UnscoredRows, ScoreDuration, Alerts, OpenAlerts, AlertDelay, DriftPsi,
        LinkBytes, FleetState, FleetRuns, FleetSince, FleetDocuments, FleetConnected, FleetRefused,
        HttpRequests, HttpDropped, OtlpPushes,
        CpuSeconds, ResidentBytes, OpenFiles, StartTime,
    ];
}
