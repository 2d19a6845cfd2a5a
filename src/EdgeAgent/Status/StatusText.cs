using System.Globalization;
using System.Text.Json;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Status;

/// <summary>Renders the status JSON for a person at a terminal.</summary>
static class StatusText
{
    /// <summary>Writes <paramref name="status"/> as a few short tables.</summary>
    public static void Write(TextWriter to, JsonElement status)
    {
        var agent = status.GetProperty("agent");
        to.WriteLine($"edge-agent {Text(agent, "id")}  version {Text(agent, "version")}  "
            + $"up {SpanText.Rounded(Number(agent, "uptime_s"))}  memory {Size(Number(agent, "resident_bytes"))}");
        var commits = status.GetProperty("commits");
        to.WriteLine($"commits    {Count(Number(commits, "done"))} done, {Count(Number(commits, "failed"))} failed, "
            + $"last took {Number(commits, "last_ms"):0.0} ms, longest {Number(commits, "longest_ms"):0.0} ms");
        if (Text(commits, "last_error") is { Length: > 0 } error) to.WriteLine($"           FAILING: {error}");
        if (status.TryGetProperty("fleet", out var fleet))
        {
            to.WriteLine($"fleet      {Text(fleet, "state")}, runs {Text(fleet, "running")}");
            foreach (var field in fleet.EnumerateObject())
                if (field.Name is not ("state" or "running" or "reports" or "root") && field.Value.ValueKind != JsonValueKind.Null)
                    to.WriteLine($"           {field.Name}: {field.Value}");
        }

        to.WriteLine();
        to.WriteLine("SOURCES");
        foreach (var source in status.GetProperty("sources").EnumerateArray()) WriteSource(to, source);
        to.WriteLine();
        to.WriteLine("PIPELINES");
        foreach (var pipeline in status.GetProperty("pipelines").EnumerateArray())
        {
            to.WriteLine($"  {Text(pipeline, "name"),-16} {Count(Number(pipeline, "readings")),12} readings  "
                + $"{Count(Number(pipeline, "records")),9} records  {Count(Number(pipeline, "open_windows")),7} open windows  "
                + $"{Count(Number(pipeline, "late")),7} late  {Count(Number(pipeline, "future")),7} future");
            foreach (var stage in pipeline.GetProperty("removed").EnumerateObject())
                if (stage.Value.GetInt64() > 0) to.WriteLine($"  {"",-16} {Count(stage.Value.GetInt64()),12} removed by {stage.Name}");
        }

        WriteModels(to, status);
        to.WriteLine();
        to.WriteLine("OUTPUTS");
        foreach (var output in status.GetProperty("outputs").EnumerateArray())
        {
            to.WriteLine($"  {Text(output, "name"),-16} {Text(output, "state"),-12} backlog {Count(Number(output, "backlog_records"))} "
                + $"records, {Size(Number(output, "backlog_bytes"))}, oldest {SpanText.Rounded(Number(output, "oldest_s"))}; "
                + $"confirmed {Count(Number(output, "confirmed"))}, dropped {Count(Number(output, "dropped"))}, "
                + $"rejected {Count(Number(output, "rejected"))}");
            if (Text(output, "last_rejection") is { Length: > 0 } refused) to.WriteLine($"  {"",-16} rejected: {refused}");
            var held = output.TryGetProperty("held_records", out var waiting) ? waiting.GetDouble() : 0;
            var now = held > 0 ? $"{Count(held)} records held: " : Text(output, "state") == "connected" ? "before: " : "";
            if (Text(output, "last_error") is { Length: > 0 } last)
                to.WriteLine($"  {"",-16} {now}{last}"
                    + (output.TryGetProperty("next_try_s", out var wait) ? $" Next try in {SpanText.Rounded(wait.GetDouble())}." : ""));
        }
    }

    static void WriteModels(TextWriter to, JsonElement status)
    {
        if (!status.TryGetProperty("models", out var models) || models.GetArrayLength() == 0) return;
        to.WriteLine();
        to.WriteLine("MODELS");
        foreach (var model in models.EnumerateArray())
        {
            var version = Text(model, "version");
            to.WriteLine($"  {Text(model, "name"),-16} {(version.Length == 0 ? "none" : version),-12} {Count(Number(model, "scored")),12} "
                + $"scored  {Count(Number(model, "alerts")),9} alerts  in {Text(model, "pipeline")}/{Text(model, "stage")}, "
                + $"{Count(Number(model, "swaps"))} swaps");
            foreach (var name in (ReadOnlySpan<string>)["failed", "over_budget", "not_finite", "missing", "no_model"])
                if (Number(model, name) > 0) to.WriteLine($"  {"",-16} {Count(Number(model, name)),12} rows {name.Replace('_', ' ')}");
            if (model.TryGetProperty("shadow", out var shadow)) to.WriteLine($"  {"",-16} shadow: {Flatten(shadow)}");
            if (model.TryGetProperty("drift", out var drift))
                foreach (var quantity in drift.EnumerateArray()) WriteDrift(to, quantity);
        }

        WriteModelMemory(to, status);
    }

    static void WriteModelMemory(TextWriter to, JsonElement status)
    {
        if (status.TryGetProperty("model_memory", out var memory))
            to.WriteLine($"  {"",-16} memory of all models: {Size(Number(memory, "held_bytes"))} held, "
                + $"{Size(Number(memory, "peak_bytes"))} in use at most, bound {Size(Number(memory, "max_bytes"))}");
    }

    static void WriteDrift(TextWriter to, JsonElement quantity)
    {
        var psi = Text(quantity, "psi");
        var state = psi.Length == 0 ? "not yet known"
            : $"PSI {psi} up to {Text(quantity, "window_end")}{(quantity.GetProperty("open").GetBoolean() ? ", MOVED" : "")}";
        to.WriteLine(
            $"  {"",-16} drift of {Text(quantity, "name")}: {state}; {Count(Number(quantity, "gathered"))} values in the window now");
    }

    static void WriteSource(TextWriter to, JsonElement source)
    {
        to.WriteLine($"  {Text(source, "name"),-16} {Text(source, "state"),-12} {Count(Number(source, "messages")),12} messages  "
            + $"{Count(Number(source, "readings")),12} readings  {Count(Number(source, "bad")),7} bad");
        foreach (var detail in source.EnumerateObject())
        {
            if (detail.Name is "name" or "state" or "connected" or "messages" or "readings" or "bad" or "type") continue;
            var text = Flatten(detail.Value);
            if (text.Length > 0) to.WriteLine($"  {"",-16} {detail.Name.Replace('_', ' ')}: {text}");
        }
    }

    static string Flatten(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => string.Join(", ", value.EnumerateObject().Select(p => $"{p.Name.Replace('_', ' ')} {Flatten(p.Value)}")),
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(Flatten)),
        JsonValueKind.Null => "",
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        JsonValueKind.Number => Count(value.GetDouble()),
        _ => value.ToString(),
    };

    /// <summary>A field as text; empty where it is not there or null.</summary>
    internal static string Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : "";

    /// <summary>A field as a number; 0 where it is none.</summary>
    internal static double Number(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : 0;

    /// <summary>A count with separators.</summary>
    internal static string Count(double value) =>
        value.ToString(value == Math.Floor(value) ? "#,0" : "#,0.##", CultureInfo.InvariantCulture);

    /// <summary>Bytes in the unit that fits.</summary>
    internal static string Size(double bytes) => bytes switch
    {
        < 1024 => $"{bytes:0} B",
        < 1 << 20 => $"{bytes / 1024:0.0} KiB",
        < 1 << 30 => $"{bytes / (1 << 20):0.0} MiB",
        _ => $"{bytes / (1 << 30):0.0} GiB",
    };
}
