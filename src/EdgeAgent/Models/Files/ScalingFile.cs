using System.Text.Json;
using EdgeAgent.Core.Stages.Scores;

namespace EdgeAgent.Models.Files;

/// <summary>Reads means and deviations from JSON: <c>{"mean": [..], "stddev": [..]}</c>, or under the names that scikit-learn's scalers
/// have for them, <c>mean_</c> and <c>scale_</c> or <c>center_</c> and <c>scale_</c>; other members are passed over.</summary>
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
            var means = Numbers(json.RootElement, "mean", "mean_", "center_");
            var deviations = Numbers(json.RootElement, "stddev", "scale_");
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
                $"{path} is not a scaling file (a JSON object with lists of numbers `mean` and `stddev`, or `mean_` or `center_` and "
                    + $"`scale_` as scikit-learn has them): {e.Message}", e)
                { IsOfStage = true, Key = "scaling_file" };
        }
    }

    // Under the first of the names that is there.
    static double[] Numbers(JsonElement root, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (root.TryGetProperty(name, out var list)) return [.. list.EnumerateArray().Select(n => n.GetDouble())];
        throw new KeyNotFoundException($"it has no `{names[0]}`.");
    }
}
