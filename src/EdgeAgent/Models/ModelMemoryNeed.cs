using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.Stages.Scores;

namespace EdgeAgent.Models;

/// <summary>The memory a configuration's models may need at most, from the sizes of their files; opens none.</summary>
/// <remarks>
/// Measured (docs/decisions/onnx-runtime.md): a model takes a file and a quarter while it is held and three files, up to four of the `.ort`
/// format, while it is loaded; small ones are loaded side by side. Stages share what they hold, and at a reload there is a second one
/// beside it.
/// </remarks>
static class ModelMemoryNeed
{
    const long OwnBytes = 64L << 20; // the agent with short buffers, as under any limit

    /// <summary>For the whole process [bytes]; 0 when no stage uses a model whose file is there.</summary>
    public static long Bytes(GatewaySettings settings)
    {
        var files = settings.Models.ToDictionary(model => model.Name, model => new FileInfo(model.File));
        var used = settings.Pipelines.SelectMany(pipeline => pipeline.Stages).Select(ModelOf).OfType<string>()
            .Where(name => files.TryGetValue(name, out var file) && file.Exists).Select(name => files[name])
            .DistinctBy(file => file.FullName).Select(file => file.Length).OrderDescending().ToList();
        if (used.Count == 0) return 0;
        var atOnce = used[0] + used.Skip(1).Where(size => size <= ModelHost.LargeBytes).Take(ModelHost.MostAtOnce - 1).Sum();
        return OwnBytes + used.Sum() * 5 / 2 + atOnce * 4;
    }

    static string? ModelOf(Core.Stages.StageSettings stage) => stage switch
    {
        ScoreReadingsSettings readings => readings.Score.Model,
        ScoreSummariesSettings summaries => summaries.Score.Model,
        _ => null,
    };
}
