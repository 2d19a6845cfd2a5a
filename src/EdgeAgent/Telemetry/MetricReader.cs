using System.Runtime.InteropServices;
using EdgeAgent.Core.Readings;
using EdgeAgent.Status;
using EdgeAgent.Web;

namespace EdgeAgent.Telemetry;

/// <summary>Reads all metrics out of a status: the same look at the agent, so the two cannot disagree.</summary>
static class MetricReader
{
    /// <summary>Stages of a pipeline that are counted by name.</summary>
    public const int NamedStages = 5;
    const int NamedMetrics = 10;

    /// <summary>All metrics of <paramref name="status"/>, and of the process and servers now.</summary>
    public static MetricSet Read(GatewayStatus status, IReadOnlyList<HttpServer> servers, OtlpCounts? pushes)
    {
        var set = new MetricSet(status.At, new WallTime(status.At.Ns - (status.Agent.Uptime.Ticks * 100)));
        var processor = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        set.Add(Metrics.Build, 1, ("version", status.Agent.Version), ("arch", processor));
        foreach (var source in status.Sources) Add(set, source);
        foreach (var pipeline in status.Pipelines) Add(set, pipeline);
        foreach (var output in status.Outputs) Add(set, output, status.At);
        Add(set, status.Commits);
        set.Add(Metrics.Series, status.Agent.Series);
        set.Add(Metrics.SeriesRefused, status.Agent.SeriesRefused);
        set.Add(Metrics.StateBytes, status.Agent.StateBytes);
        set.Add(Metrics.LogLinesDropped, status.Agent.LogLinesDropped);
        foreach (var use in status.Models) Add(set, use);
        if (status.Fleet is { } fleet)
        {
            Add(set, fleet);
        }

        set.Add(Metrics.HttpRequests, servers.Sum(s => s.Counts.Answered), ("result", "answered"));
        set.Add(Metrics.HttpRequests, servers.Sum(s => s.Counts.Refused), ("result", "refused"));
        set.Add(Metrics.HttpDropped, servers.Sum(s => s.Counts.Dropped));
        if (pushes is not null)
        {
            set.Add(Metrics.OtlpPushes, pushes.Done, ("result", "done"));
            set.Add(Metrics.OtlpPushes, pushes.Failed, ("result", "failed"));
        }

        set.Add(Metrics.CpuSeconds, Environment.CpuUsage.TotalTime.TotalSeconds);
        set.Add(Metrics.ResidentBytes, status.Agent.ResidentBytes);
        if (OpenFiles() is { } files) set.Add(Metrics.OpenFiles, files);
        set.Add(Metrics.StartTime, set.StartedAt.Ns / 1_000_000 / 1e3);
        return set;
    }

    static void Add(MetricSet set, StatusFields fleet)
    {
        set.Add(Metrics.FleetState, 1, ("state", fleet.Word("state")));
        var document = fleet.Word("document") is { Length: > 0 } name ? name : "local";
        set.Add(Metrics.FleetRuns, 1, ("document", document), ("version", Text(fleet.Count("version"))), ("digest", fleet.Word("digest")),
            ("values", Text(fleet.Count("values"))));
        if (fleet.Count("since_s") is > 0 and var since) set.Add(Metrics.FleetSince, since);
        if (fleet.Object("documents") is { } documents)
            foreach (var (result, _) in documents) set.Add(Metrics.FleetDocuments, documents.Count(result), ("result", result));
        if (fleet.Flag("connected") is { } isConnected)
        {
            set.Add(Metrics.FleetConnected, isConnected ? 1 : 0);
            AddBytes(set, "fleet", fleet.Count("bytes_in"), fleet.Count("bytes_out"));
        }

        set.Add(Metrics.FleetRefused, fleet.Count("refused"));
    }

    static void AddBytes(MetricSet set, string link, long received, long sent)
    {
        set.Add(Metrics.LinkBytes, received, ("link", link), ("direction", "in"));
        set.Add(Metrics.LinkBytes, sent, ("link", link), ("direction", "out"));
    }

    static string Text(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    static void Add(MetricSet set, SourceStatus source)
    {
        var (details, label) = (source.Details, ("source", source.Name));
        set.Add(Metrics.Readings, details.Count("readings"), label);
        if (details.Object("messages_by_qos") is { } byQos)
            for (var qos = 0; qos <= 2; qos++) set.Add(Metrics.Messages, byQos.Count($"qos{qos}"), label, ("qos", qos.ToString()));
        else set.Add(Metrics.Messages, details.Count("frames") + details.Count("answers"), label, ("qos", "none"));
        foreach (var (reason, count) in BadByClass(details)) set.Add(Metrics.BadMessages, count, label, ("reason", reason));
        if (details.Object("messages_by_qos") is not null) set.Add(Metrics.Unacknowledged, details.Count("unacknowledged"), label);
        set.Add(Metrics.SourceConnected, source.State.IsConnected ? 1 : 0, label);
        set.Add(Metrics.Connections, details.Count("connections"), label);
        if (details.Count("bytes_in") > 0)
            AddBytes(set, $"source {source.Name}", details.Count("bytes_in"), details.Count("bytes_out"));
    }

    /// <summary>What was wrong with messages, in at most five classes: each of the many reasons would be a series of each source.</summary>
    static SortedDictionary<string, long> BadByClass(StatusFields details)
    {
        var classes = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var byReason = details.Object("bad_by_reason");
        string[] all = byReason is not null ? ["syntax", "value", "time", "limit", "route"] : ["syntax", "value", "timeout"];
        foreach (var name in all) classes[name] = 0;
        foreach (var (name, value) in byReason ?? details)
            if (value is long count && ClassOf(name, byReason is not null) is { } of && classes.ContainsKey(of)) classes[of] += count;
        return classes;
    }

    /// <summary>The class of a reason of <c>bad_by_reason</c>, or of a count of a wired source; null for what is not bad.</summary>
    internal static string? ClassOf(string reason, bool isMessage) => reason switch
    {
        "wrong_type" or "no_field" or "not_finite" or "out_of_range_number" or "not_valid"
            or "values_out_of_range" or "values_invalid" or "values_without_labels" => "value",
        "bad_time" or "missing_time" => "time",
        "too_many_series" or "label_too_long" or "too_large" => "limit",
        "no_route" or "not_asked" => "route",
        "timeouts" => "timeout",
        "bad_checks" or "malformed" or "corrupt" or "mismatched" or "refusals" => "syntax",
        _ => isMessage ? "syntax" : null,
    };

    static void Add(MetricSet set, PipelineStatus pipeline)
    {
        var (counters, label) = (pipeline.Counters, ("pipeline", pipeline.Name));
        var named = counters.StageNames.Count > NamedStages ? NamedStages : counters.StageNames.Count;
        for (var i = 0; i < named; i++) set.Add(Metrics.Removed, counters.Removed[i], label, ("stage", counters.StageNames[i]));
        if (counters.StageNames.Count > NamedStages)
            set.Add(Metrics.Removed, counters.Removed.Skip(NamedStages).Sum(), label, ("stage", "others"));
        set.Add(Metrics.Late, counters.Late, label);
        set.Add(Metrics.Future, counters.Future, label);
        set.Add(Metrics.OpenWindows, counters.OpenWindows, label);
        set.Add(Metrics.Records, counters.RecordsOut, label);
        foreach (var (metric, rows) in counters.Metrics.Zip(counters.MissingByMetric).Where(m => m.Second > 0).Take(NamedMetrics))
            set.Add(Metrics.IncompleteRows, rows, label, ("metric", metric));
    }

    static void Add(MetricSet set, OutputStatus output, WallTime now)
    {
        var label = ("output", output.Name);
        set.Add(Metrics.OutputConnected, output.Connected == true ? 1 : 0, label);
        set.Add(Metrics.BacklogRecords, output.BacklogRecords, label);
        set.Add(Metrics.BacklogBytes, output.BacklogBytes, label);
        var oldest = output.OldestCommittedAtNs == 0 ? 0 : Math.Max(0, (now.Ns - output.OldestCommittedAtNs) / 1e9);
        set.Add(Metrics.BacklogOldest, oldest, label);
        set.Add(Metrics.Confirmed, output.Confirmed, label);
        foreach (var drop in output.Drops)
            set.Add(Metrics.Dropped, drop.Count, label, ("priority", drop.Priority), ("reason", drop.Reason));
        set.Add(Metrics.Rejected, output.Rejected, label);
        var delays = output.AlertDelays.Counts;
        if (delays.Sum() > 0) set.Add(Metrics.AlertDelay, new MetricPoint([label], output.AlertDelays.SumSeconds, delays));
        if (output.BytesIn + output.BytesOut > 0) AddBytes(set, $"output {output.Name}", output.BytesIn, output.BytesOut);
    }

    static void Add(MetricSet set, CommitStatus commits)
    {
        set.Add(Metrics.Commits, commits.Done, ("result", "done"));
        set.Add(Metrics.Commits, commits.Failed, ("result", "failed"));
        set.Add(Metrics.CommitDuration, new MetricPoint([], commits.Durations.SumSeconds, commits.Durations.Counts));
        set.Add(Metrics.CommitBytes, commits.Bytes);
    }

    static void Add(MetricSet set, ModelUse use)
    {
        (string, string)[] labels = [("pipeline", use.Pipeline), ("stage", use.Stage), ("model", use.Model)];
        set.Add(Metrics.ScoredRows, use.Counters.Scored, labels);
        set.Add(Metrics.UnscoredRows, use.Counters.Failed, [.. labels, ("reason", "failed")]);
        set.Add(Metrics.UnscoredRows, use.Counters.NotFinite, [.. labels, ("reason", "not_finite")]);
        set.Add(Metrics.UnscoredRows, use.Counters.Missing, [.. labels, ("reason", "missing")]);
        set.Add(Metrics.UnscoredRows, use.Counters.OverBudget, [.. labels, ("reason", "over_budget")]);
        set.Add(Metrics.UnscoredRows, use.Counters.NoModel, [.. labels, ("reason", "no_model")]);
        set.Add(Metrics.ScoreDuration, new MetricPoint(labels, use.Durations.SumSeconds, use.Durations.Counts));
        set.Add(Metrics.Alerts, use.Counters.Alerts, labels);
        set.Add(Metrics.OpenAlerts, use.OpenAlerts, labels);
        foreach (var quantity in use.Drift)
            if (double.IsFinite(quantity.Index)) set.Add(Metrics.DriftPsi, quantity.Index, [.. labels, ("input", quantity.Name)]);
    }

    static int? OpenFiles()
    {
        try
        {
            return Directory.GetFileSystemEntries("/proc/self/fd").Length - 1; // without the one that looks
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
