using System.Text.Json;
using EdgeAgent.Core.Stages.Scores;

namespace EdgeAgent.Models.Files;

/// <summary>Reads means and deviations from JSON: <c>{"mean": [..], "stddev": [..]}</c>; other members are passed over.</summary>
static class ScalingFile
{
    /// <summary>The settings with the file's numbers in place of constants; unchanged when no file is named.</summary>
    /// <exception cref="ModelException">The file cannot be read or does not fit.</exception>
    public static ScoreSettings Apply(ScoreSettings settings)
    {
        if (settings.ScalingFile is not { } path) return settings;
        try
        {
            if (Native.Files.FileKind.NotAFile(path) is { } kind) throw new IOException($"it is {kind}.");
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var (means, deviations) = (Numbers(json.RootElement, "mean"), Numbers(json.RootElement, "stddev"));
            foreach (var list in (ReadOnlySpan<double[]>)[means, deviations])
                if (list.Length != 1 && list.Length != settings.Width && list.Length != settings.FeatureCount)
                    throw new ModelException(settings.Model,
                        $"{path} has {list.Length} numbers in a list; 1, {settings.Width} or {settings.FeatureCount} were expected.")
                        { IsOfStage = true, Key = "scaling_file" };
            return settings with { Means = means, Deviations = deviations };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException
            or KeyNotFoundException or FormatException)
        {
            throw new ModelException(settings.Model,
                $"{path} is not a scaling file (a JSON object with lists of numbers `mean` and `stddev`): {e.Message}", e)
                { IsOfStage = true, Key = "scaling_file" };
        }
    }

    static double[] Numbers(JsonElement root, string name) => [.. root.GetProperty(name).EnumerateArray().Select(n => n.GetDouble())];
}
