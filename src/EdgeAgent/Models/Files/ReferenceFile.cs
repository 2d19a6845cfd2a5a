using System.Security.Cryptography;
using System.Text.Json;
using EdgeAgent.Core.Drift;
using EdgeAgent.Core.Models;
using EdgeAgent.Core.Stages.Scores;

namespace EdgeAgent.Models.Files;

/// <summary>The file of a model's drift reference: how its inputs and scores were distributed when it was made.</summary>
/// <remarks>
/// JSON: <c>{"model", "model_sha256", "inputs": {field: {"count", "edges", "shares"}}, "score": {…}, "score_quantiles": {q: value}}</c>,
/// the last for thresholds. Edges are the upper limits of all
/// bins but the last, rising; there is one share more. At most 1 MiB. Other members are passed over.
/// </remarks>
sealed record ReferenceFile(string Key, string ModelSha256, IReadOnlyDictionary<string, DriftBins> Inputs, DriftBins? Score)
{
    const long MaxBytes = 1 << 20;
    const int MaxBins = 1000;

    /// <summary>Lower-case hexadecimal SHA-256 of the file <paramref name="settings"/> names; null without one.</summary>
    /// <exception cref="ModelException">It cannot be read.</exception>
    public static string? KeyOf(ModelSettings settings) =>
        settings.Drift is { } drift ? Hash(ReadBytes(settings.Name, drift.Reference)) : null;

    /// <summary>Reads the reference of a model.</summary>
    /// <exception cref="ModelException">It cannot be read, or is no reference; one line.</exception>
    public static ReferenceFile Read(string model, string path)
    {
        var bytes = ReadBytes(model, path);
        try
        {
            using var json = JsonDocument.Parse(bytes);
            var root = json.RootElement;
            var inputs = new Dictionary<string, DriftBins>();
            foreach (var input in root.GetProperty("inputs").EnumerateObject())
                inputs[input.Name] = Bins(model, path, $"input `{input.Name}`", input.Value);
            return new ReferenceFile(Hash(bytes),
                root.TryGetProperty("model_sha256", out var sha256) ? sha256.GetString() ?? "" : "", inputs,
                root.TryGetProperty("score", out var score) && score.ValueKind != JsonValueKind.Null ? Bins(model, path, "the score", score)
                    : null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new ModelException(model, $"{path} is not a drift reference (a JSON object as `edge-agent model reference` writes it): "
                + $"{e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>What <paramref name="stage"/> compares with the reference.</summary>
    /// <exception cref="ModelException">An input of the stage is not in it.</exception>
    public DriftPlan PlanFor(ModelSettings model, ModelIdentity identity, ScoreSettings stage)
    {
        var inputs = new List<(string, DriftBins)>();
        foreach (var field in stage.FieldNames)
            inputs.Add((field, Inputs.TryGetValue(field, out var bins) ? bins
                : throw new ModelException(model.Name, $"{model.Drift!.Reference} has no input `{field}` of stage `{stage.Name}`; "
                    + $"it has {(Inputs.Count == 0 ? "none" : string.Join(", ", Inputs.Keys.Select(k => $"`{k}`")))}. "
                    + "Make it anew with `edge-agent model reference`.")));
        return new DriftPlan(model.Drift!, Key, inputs,
            ModelSha256.Equals(identity.Sha256, StringComparison.OrdinalIgnoreCase) ? Score : null);
    }

    /// <summary>Writes a reference made of samples.</summary>
    public static void Write(Stream to, string model, string sha256, IReadOnlyDictionary<string, DriftSample> samples, int bins)
    {
        using var json = new Utf8JsonWriter(to, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("model", model);
        json.WriteString("model_sha256", sha256);
        json.WriteStartObject("inputs");
        var prefix = DriftPlan.InputName("");
        foreach (var (name, sample) in samples.Where(s => s.Key.StartsWith(prefix, StringComparison.Ordinal)))
            Write(json, name[prefix.Length..], sample, bins);
        json.WriteEndObject();
        Write(json, "score", samples[DriftPlan.ScoreName], bins);
        json.WriteStartObject("score_quantiles");
        foreach (var q in (ReadOnlySpan<double>)[0.5, 0.9, 0.99, 0.995, 0.999, 0.9999, 1])
            json.WriteNumber(q.ToString(System.Globalization.CultureInfo.InvariantCulture), samples[DriftPlan.ScoreName].Quantile(q));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, string name, DriftSample sample, int bins)
    {
        var made = sample.Bins(bins);
        json.WriteStartObject(name);
        json.WriteNumber("count", sample.Count);
        foreach (var (key, numbers) in (ReadOnlySpan<(string, double[])>)[("edges", made.Edges), ("shares", made.Shares)])
        {
            json.WriteStartArray(key);
            foreach (var number in numbers) json.WriteNumberValue(number);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    static DriftBins Bins(string model, string path, string of, JsonElement json)
    {
        double[] edges = [.. json.GetProperty("edges").EnumerateArray().Select(e => e.GetDouble())];
        double[] shares = [.. json.GetProperty("shares").EnumerateArray().Select(e => e.GetDouble())];
        var problem = shares.Length > MaxBins ? $"{shares.Length} bins, at most {MaxBins} are taken"
            : shares.Length != edges.Length + 1 ? $"{edges.Length} edges and {shares.Length} shares, one share more than edges was expected"
            : edges.Where((e, i) => !double.IsFinite(e) || (i > 0 && e <= edges[i - 1])).Any() ? "edges that do not rise"
            : shares.Any(s => !(s >= 0)) || !(shares.Sum() is > 0 and < double.PositiveInfinity) ? "shares that are negative or all 0"
            : null;
        return problem is null ? new DriftBins(edges, shares)
            : throw new ModelException(model, $"{path}: {of} has {problem}. Make it anew with `edge-agent model reference`.");
    }

    static byte[] ReadBytes(string model, string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > MaxBytes)
                throw new ModelException(model, $"{path} has {stream.Length} bytes, a drift reference at most {MaxBytes}.");
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException(model,
                $"the drift reference {path} cannot be read: {e.Message} `edge-agent model reference` makes it.", e);
        }
    }

    static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
