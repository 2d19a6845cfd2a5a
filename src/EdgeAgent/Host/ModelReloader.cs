using System.Text.Json;
using EdgeAgent.Configuration;
using EdgeAgent.Logs;
using EdgeAgent.Models;
using EdgeAgent.Status;

namespace EdgeAgent.Host;

/// <summary>Reads the configuration again and takes over its <c>models</c>, nothing else; see docs/decisions/model-swap.md.</summary>
sealed class ModelReloader(Func<ConfigResult> readAgain, ModelHost models, LogLimiter log)
{
    // Loading a model runs an optimiser over its graph; the thread that asks has a small stack.
    const int LoadStackBytes = 4 << 20;

    /// <summary>Does so and writes the answer as one JSON object. Returns when every model was loaded,
    /// checked and handed over or refused.</summary>
    public void Reload(Utf8JsonWriter json)
    {
        ConfigResult? read = null;
        IReadOnlyList<ModelReload> results = [];
        Exception? failure = null;
        var loading = new Thread(() =>
        {
            try
            {
                read = readAgain();
                if (read.Settings is { } settings) results = models.Reload(settings.Models);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                failure = e;
            }
        }, LoadStackBytes) { IsBackground = true, Name = "model-reload" };
        loading.Start();
        loading.Join();

        json.WriteStartObject();
        ModelStatusJson.Write(json, results);
        json.WriteStartArray("findings");
        if (failure is not null) json.WriteStringValue(failure.Message);
        if (read is { Settings: null })
            foreach (var finding in read.Findings) json.WriteStringValue(finding.ToString());
        json.WriteEndArray();
        json.WriteEndObject();
        foreach (var result in results) Note(result);
        if (read?.Settings is null) log.Log.Warning("The configuration cannot be used now: models stay as they are");
    }

    void Note(ModelReload result)
    {
        if (result.Result == ReloadResult.Refused) log.Log.Warning("{Message:l} The old one stays", result.Message);
        else if (result.Result == ReloadResult.Swapped)
            log.Log.Information("model {Model}: loaded and checked; stages take it over between two batches", result.Name);
    }
}
