using System.Text.Json;
using EdgeAgent.Core.Drift;
using EdgeAgent.Core.Models;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.Stages.Scores;

namespace EdgeAgent.Status;

/// <summary>Writes models for the status and for the answer to a reload.</summary>
static class ModelStatusJson
{
    /// <summary>One object a stage that uses a model.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<ModelUse> uses)
    {
        json.WriteStartArray("models");
        foreach (var use in uses) Write(json, use);
        json.WriteEndArray();
    }

    /// <summary>The memory all models share; nothing while there is none.</summary>
    public static void WriteMemory(Utf8JsonWriter json, ModelMemory? memory)
    {
        if (memory is not var (held, peak, max)) return;
        json.WriteStartObject("model_memory");
        json.WriteNumber("held_bytes", held);
        json.WriteNumber("peak_bytes", peak);
        json.WriteNumber("max_bytes", max);
        json.WriteEndObject();
    }

    /// <summary>What became of each model.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<ModelReload> results)
    {
        json.WriteStartArray("models");
        foreach (var result in results)
        {
            json.WriteStartObject();
            json.WriteString("name", result.Name);
            json.WriteString(
                "result", result.Result switch { ReloadResult.Swapped => "swapped", ReloadResult.Refused => "refused", _ => "unchanged" });
            if (result.Message is { } message) json.WriteString("message", message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static void Write(Utf8JsonWriter json, ModelUse use)
    {
        var counters = use.Counters;
        json.WriteStartObject();
        json.WriteString("name", use.Model);
        json.WriteString("pipeline", use.Pipeline);
        json.WriteString("stage", use.Stage);
        json.WriteString("version", use.Identity?.Version);
        json.WriteString("sha256", use.Identity?.Sha256);
        if (use.IsLoading) json.WriteBoolean("loading", true);
        json.WriteNumber("swaps", Math.Max(0, use.Swaps - 1));
        json.WriteNumber("scored", counters.Scored);
        json.WriteNumber("runs", counters.Runs);
        json.WriteNumber("failed", counters.Failed);
        json.WriteNumber("over_budget", counters.OverBudget);
        json.WriteNumber("not_finite", counters.NotFinite);
        json.WriteNumber("missing", counters.Missing);
        json.WriteNumber("no_model", counters.NoModel);
        json.WriteNumber("alerts", counters.Alerts);
        json.WriteNumber("open_alerts", use.OpenAlerts);
        // Which inputs were missing, in rows left out and in rows where another value stood in.
        StatusJson.WriteCounts(json, "missing_by_field", counters.Fields, counters.MissingBy);
        if (use.Shadow is { } shadow) WriteShadow(json, shadow, counters);
        if (use.Drift.Count > 0) WriteDrift(json, use.Drift);
        json.WriteEndObject();
    }

    static void WriteDrift(Utf8JsonWriter json, IReadOnlyList<DriftQuantity> quantities)
    {
        json.WriteStartArray("drift");
        foreach (var quantity in quantities)
        {
            json.WriteStartObject();
            json.WriteString("name", quantity.Name);
            if (double.IsFinite(quantity.Index)) json.WriteNumber("psi", Math.Round(quantity.Index, 4));
            else json.WriteNull("psi");
            json.WriteNumber("count", quantity.IndexCount);
            json.WriteNumber("gathered", quantity.Shift.Count);
            if (quantity.WindowEndNs == long.MinValue) json.WriteNull("window_end");
            else json.WriteString("window_end", TimeText(quantity.WindowEndNs));
            json.WriteBoolean("open", quantity.IsOpen);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static string TimeText(long timeNs)
    {
        Span<byte> text = stackalloc byte[Rfc3339.MaxLength];
        return System.Text.Encoding.ASCII.GetString(text[..Rfc3339.Format(timeNs, text)]);
    }

    static void WriteShadow(Utf8JsonWriter json, ModelIdentity shadow, ScoreCounters counters)
    {
        json.WriteStartObject("shadow");
        json.WriteString("version", shadow.Version);
        json.WriteString("sha256", shadow.Sha256);
        json.WriteNumber("scored", counters.ShadowScored);
        json.WriteNumber("agreed", counters.ShadowAgreed);
        json.WriteNumber("largest_difference", double.IsFinite(counters.ShadowLargestDifference) ? counters.ShadowLargestDifference : -1);
        json.WriteEndObject();
    }
}
