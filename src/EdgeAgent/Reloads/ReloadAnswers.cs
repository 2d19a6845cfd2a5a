using System.Text.Json;
using EdgeAgent.Status;

namespace EdgeAgent.Reloads;

/// <summary>Answers the commands of the status socket that reload.</summary>
sealed class ReloadAnswers(ReloadQueue queue)
{
    /// <summary><c>reload</c>, with <c>config</c> and <c>dry_run</c>; returns when it is over.</summary>
    public void Reload(JsonElement request, Utf8JsonWriter json)
    {
        var path = request.TryGetProperty("config", out var config) ? config.GetString() : null;
        var isDryRun = request.TryGetProperty("dry_run", out var dry) && dry.ValueKind == JsonValueKind.True;
        queue.Ask(new ReloadRequest(path, isDryRun)).Write(json);
    }

    /// <summary><c>reload_models</c>; returns when every model was loaded, checked and handed over or refused.</summary>
    public void ReloadModels(Utf8JsonWriter json)
    {
        var report = queue.Ask(new ReloadRequest(ModelsOnly: true));
        json.WriteStartObject();
        ModelStatusJson.Write(json, report.Models);
        json.WriteStartArray("findings");
        foreach (var finding in report.Findings) json.WriteStringValue(finding);
        if (report.Outcome == ReloadOutcome.Stopping) json.WriteStringValue(report.Sentence);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
