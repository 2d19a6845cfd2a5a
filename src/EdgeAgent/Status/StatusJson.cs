using System.Text.Json;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Stages;
using EdgeAgent.Storage;

namespace EdgeAgent.Status;

/// <summary>Writes the status document: the one place that knows its names and their order. See docs/reference/status.md.</summary>
static class StatusJson
{
    const int RefusedShown = 10;

    /// <summary>Writes the whole document.</summary>
    public static void Write(Utf8JsonWriter json, GatewayStatus status)
    {
        json.WriteStartObject();
        Write(json, status.Agent);
        Write(json, status.Commits);
        if (status.Reload is { } reload) Write(json, reload);
        if (status.Fleet is { } fleet)
        {
            json.WritePropertyName("fleet");
            Write(json, fleet);
        }

        json.WriteStartArray("sources");
        foreach (var source in status.Sources) Write(json, source);
        json.WriteEndArray();
        json.WriteStartArray("pipelines");
        foreach (var pipeline in status.Pipelines) Write(json, pipeline);
        json.WriteEndArray();
        ModelStatusJson.Write(json, status.Models);
        ModelStatusJson.WriteMemory(json, status.ModelMemory);
        json.WriteStartArray("outputs");
        foreach (var output in status.Outputs) Write(json, output, status.At);
        foreach (var stranger in status.Strangers) Write(json, stranger);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, ReloadStatus reload)
    {
        json.WriteStartObject("reload");
        json.WriteNumber("applied", reload.Applied);
        json.WriteNumber("refused", reload.Refused);
        json.WriteString("last_at", DateTime.UnixEpoch.AddTicks(reload.At.Ns / TimeSpan.NanosecondsPerTick));
        json.WriteString("last", reload.Message);
        json.WriteNumber("took_ms", Math.Round(reload.TookMs, 1));
        json.WriteNumber("closed_ms", Math.Round(reload.ClosedMs, 3));
        json.WriteNumber("longest_closed_ms", Math.Round(reload.LongestClosedMs, 3));
        json.WriteEndObject();
    }

    /// <summary>Writes one source as an object.</summary>
    public static void Write(Utf8JsonWriter json, SourceStatus source)
    {
        var fields = new StatusFields
        {
            { "name", source.Name }, { "type", source.Type }, { "state", source.State.Word }, { "connected", source.State.IsConnected },
        };
        fields.AddNextTry(source.NextTry);
        fields.Add(source.Details);
        fields.Add("last_error", source.LastError);
        Write(json, fields);
    }

    /// <summary>Writes the fields of a component as an object.</summary>
    public static void Write(Utf8JsonWriter json, StatusFields fields)
    {
        json.WriteStartObject();
        foreach (var (name, value) in fields)
        {
            json.WritePropertyName(name);
            switch (value)
            {
                case long number: json.WriteNumberValue(number); break;
                case double number: json.WriteNumberValue(number); break;
                case bool flag: json.WriteBooleanValue(flag); break;
                case StatusFields inner: Write(json, inner); break;
                case IReadOnlyList<string> texts: Write(json, texts); break;
                default: json.WriteStringValue((string?)value); break;
            }
        }

        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, IReadOnlyList<string> texts)
    {
        json.WriteStartArray();
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    static void Write(Utf8JsonWriter json, AgentStatus agent)
    {
        json.WriteStartObject("agent");
        json.WriteString("id", agent.Id);
        json.WriteString("version", agent.Version);
        json.WriteString("store_id", agent.StoreId);
        if (agent.Salvaged is { } salvaged) Write(json, salvaged);
        json.WriteNumber("uptime_s", (long)agent.Uptime.TotalSeconds);
        json.WriteNumber("resident_bytes", agent.ResidentBytes);
        json.WriteNumber("heap_bytes", agent.HeapBytes);
        json.WriteNumber("log_lines_dropped", agent.LogLinesDropped);
        json.WriteNumber("series", agent.Series);
        json.WriteNumber("series_refused", agent.SeriesRefused);
        json.WritePropertyName("series_refused_first");
        Write(json, [.. agent.SeriesRefusedFirst.Take(RefusedShown).Select(labels => labels.Canonical)]);
        json.WriteNumber("series_bytes", agent.SeriesBytes);
        json.WriteNumber("series_evicted", agent.SeriesEvicted);
        json.WriteNumber("state_bytes", agent.StateBytes);
        json.WriteStartObject("shed_at_start");
        json.WriteNumber("units", agent.ShedAtStart.Units);
        json.WriteNumber("lost_memory", agent.ShedAtStart.LostMemory);
        json.WriteNumber("lost_windows", agent.ShedAtStart.LostWindows);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, SalvageResult salvaged)
    {
        json.WriteStartObject("salvaged");
        json.WriteString("from", salvaged.From);
        json.WriteNumber("records", salvaged.Records);
        json.WriteNumber("state_rows", salvaged.StateRows);
        json.WriteNumber("sources", salvaged.Sources);
        json.WriteNumber("lost_records", salvaged.LostRecords);
        json.WriteNumber("lost_segments", salvaged.LostSegments);
        json.WriteNumber("lost_state_rows", salvaged.LostStateRows);
        json.WriteNumber("lost_sources", salvaged.LostSources);
        json.WriteNumber("unreadable", salvaged.Unreadable);
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, CommitStatus commits)
    {
        json.WriteStartObject("commits");
        json.WriteNumber("done", commits.Done);
        json.WriteNumber("failed", commits.Failed);
        json.WriteNumber("last_ms", commits.LastNs / 1e6);
        json.WriteNumber("longest_ms", commits.LongestNs / 1e6);
        json.WriteNumber("last_cut_ms", commits.LastCutNs / 1e6);
        json.WriteNumber("bytes", commits.Bytes);
        json.WriteNumber("unreadable_state", commits.UnreadableState);
        json.WriteNumber("dropped_state", commits.DroppedState);
        json.WriteString("last_error", commits.LastError);
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, PipelineStatus pipeline)
    {
        var counters = pipeline.Counters;
        json.WriteStartObject();
        json.WriteString("name", pipeline.Name);
        json.WriteNumber("readings", counters.ReadingsIn);
        json.WriteNumber("folded", counters.ReadingsFolded);
        json.WriteNumber("late", counters.Late);
        json.WriteNumber("future", counters.Future);
        json.WriteNumber("bad_time", counters.BadTime);
        json.WriteNumber("not_finite", counters.NotFinite);
        json.WriteNumber("evicted", counters.Evicted);
        json.WriteNumber("shed", counters.Shed);
        json.WriteNumber("align_waiting", counters.AlignWaiting);
        WriteCounts(json, "missing_by_metric", counters.Metrics, counters.MissingByMetric);
        json.WriteNumber("open_windows", counters.OpenWindows);
        json.WriteNumber("groups", counters.Groups);
        json.WriteNumber("records", counters.RecordsOut);
        json.WriteNumber("records_too_long", counters.RecordsTooLong);
        json.WriteStartObject("removed");
        for (var i = 0; i < counters.StageNames.Count; i++) json.WriteNumber(counters.StageNames[i], counters.Removed[i]);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Counts above zero, by name; nothing while all are zero.</summary>
    public static void WriteCounts(Utf8JsonWriter json, string name, IReadOnlyList<string> names, long[] counts)
    {
        if (!Array.Exists(counts, n => n > 0)) return;
        json.WriteStartObject(name);
        for (var i = 0; i < counts.Length; i++)
            if (counts[i] > 0) json.WriteNumber(names[i], counts[i]);
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, OutputStatus output, WallTime now)
    {
        var oldest = output.OldestCommittedAtNs == 0 ? TimeSpan.Zero : now - new WallTime(output.OldestCommittedAtNs);
        var state = output.Connected switch { true => "connected", false => "failing", null => "connecting" };
        var fields = new StatusFields { { "name", output.Name }, { "state", state }, { "connected", output.Connected == true } };
        fields.AddNextTry(output.NextTry);
        fields.Add("backlog_records", output.BacklogRecords);
        fields.Add("backlog_bytes", output.BacklogBytes);
        if (output.HeldRecords > 0) fields.Add("held_records", output.HeldRecords);
        fields.Add("oldest_s", Math.Max(0, oldest.TotalSeconds));
        fields.Add("sent", output.Sent);
        fields.Add("confirmed", output.Confirmed);
        fields.Add("rejected", output.Rejected);
        if (output.BytesIn + output.BytesOut > 0)
        {
            fields.Add("bytes_in", output.BytesIn);
            fields.Add("bytes_out", output.BytesOut);
        }

        if (output.DeadLetters > 0) fields.Add("dead_letters", output.DeadLetters);
        fields.Add("dropped", output.Dropped);
        if (output.Dropped > 0) fields.Add("dropped_by", DropsOf(output.Drops));
        fields.Add("last_rejection", output.LastRejection);
        fields.Add("last_error", output.LastError);
        Write(json, fields);
    }

    static StatusFields DropsOf(IReadOnlyList<DropCount> drops)
    {
        var priorities = new StatusFields();
        foreach (var priority in drops.Where(drop => drop.Count > 0).GroupBy(drop => drop.Priority))
        {
            var reasons = new StatusFields();
            foreach (var drop in priority) reasons.Add(drop.Reason, drop.Count);
            priorities.Add(priority.Key, reasons);
        }

        return priorities;
    }

    static void Write(Utf8JsonWriter json, StrangerStatus stranger) => Write(json, new StatusFields
    {
        { "name", stranger.Name },
        { "state", "not configured" },
        { "backlog_records", stranger.BacklogRecords },
        { "backlog_bytes", stranger.BacklogBytes },
        { "dropped", stranger.Dropped },
    });
}
