using EdgeAgent.Core.Models;
using EdgeAgent.Core.Stages.Scores;
using EdgeAgent.Models.Files;
using EdgeAgent.Models.Onnx;

namespace EdgeAgent.Models.Loading;

/// <summary>A model file loaded and checked, from which each stage gets its own <see cref="IModel"/>.</summary>
/// <remarks>The session, and after it a file that is mapped, goes when the loader and every model made from it were disposed. Any thread,
/// one at a time.</remarks>
sealed class ModelLoader : IDisposable
{
    readonly ModelSettings _settings;
    readonly OnnxSession _session;
    readonly ModelFile? _inUse;
    int _users = 1;

    ModelLoader(ModelSettings settings, ModelIdentity identity, OnnxSession session, ModelFile file)
    {
        (_settings, Identity, _session, Header) = (settings, identity, session, file.Header);
        if (file.IsUsedInPlace) _inUse = file;
    }

    /// <summary>Which model it is.</summary>
    public ModelIdentity Identity { get; }

    /// <summary>What its file says of itself.</summary>
    public OnnxFileHeader Header { get; }

    /// <summary>The session.</summary>
    public OnnxSession Session => _session;

    /// <summary>Reads, hashes and loads <paramref name="file"/> (the model's own file, or its shadow).</summary>
    /// <exception cref="ModelException">It cannot be used, or ONNX Runtime is not there; one line.</exception>
    public static ModelLoader Load(ModelSettings settings, string file)
    {
        var read = ModelFile.Read(settings.Name, file, settings.MaxSizeBytes, file == settings.File ? settings.Sha256 : null, settings.Map);
        OnnxSession? session = null;
        try
        {
            var options = new OnnxSessionOptions { IntraOpThreads = settings.Threads, Arena = settings.Arena, Provider = settings.Provider,
                IsOrtFormat = read.Header.IsOrtFormat, InPlace = read.IsUsedInPlace };
            session = read.Open(OnnxLibrary.Load(), options);
            // A file without a version reads as the largest number; the start of its hash then tells one from another.
            var version = settings.Version ?? (session.Metadata.Version is > 0 and < long.MaxValue and var number
                ? number.ToString(System.Globalization.CultureInfo.InvariantCulture) : read.Sha256[..12]);
            return new ModelLoader(settings, new ModelIdentity(settings.Name, version, read.Sha256), session, read);
        }
        catch (OnnxException e)
        {
            throw new ModelException(settings.Name, $"{file}: {OneLine(e.Message)}", e);
        }
        finally
        {
            if (session is not null && read.IsUsedInPlace) read.Unmap();
            else read.Dispose();
        }
    }

    /// <summary>A model for one stage, checked: inputs fit, a row of means gives finite outputs.</summary>
    /// <exception cref="ModelException">It does not fit or does not run.</exception>
    public OnnxModel CreateFor(ScoreSettings stage)
    {
        var plan = ModelPlan.Of(_session, _settings, stage);
        Interlocked.Increment(ref _users);
        OnnxModel? model = null;
        try
        {
            model = OnnxModel.Create(_session, _settings, Identity, plan, Leave);
            model.File = _inUse;
            Check(model, stage);
            if (_settings.Sample is { } sample) CheckSample(model, stage, sample);
            return model;
        }
        catch (Exception e)
        {
            if (model is null) Leave();
            else model.Dispose();
            if (e is OnnxException) throw new ModelException(_settings.Name, OneLine(e.Message), e);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Leave();

    void Leave()
    {
        if (Interlocked.Decrement(ref _users) > 0) return;
        _session.Dispose();
        _inUse?.Dispose();
    }

    void Check(OnnxModel model, ScoreSettings stage)
    {
        var reconstructs = stage.Score is ScoreKind.ReconstructionMae or ScoreKind.ReconstructionMax or ScoreKind.ReconstructionMse;
        if (reconstructs && model.OutputCount != model.FeatureCount)
            throw new ModelException(_settings.Name,
                $"gives {model.OutputCount} numbers a row, a reconstruction of {model.FeatureCount} features was expected.");
        if (stage.Score == ScoreKind.ForecastError && model.OutputCount > stage.Width)
            throw new ModelException(_settings.Name, $"gives {model.OutputCount} numbers a row, a forecast of {stage.Width} was expected.");
        if (stage.Score == ScoreKind.Output && stage.OutputIndex >= model.OutputCount)
            throw new ModelException(_settings.Name,
                $"gives {model.OutputCount} number(s) a row, number {stage.OutputIndex} was asked for.");
        var (features, states, outputs) = (new double[model.FeatureCount], new double[model.StateCount], new double[model.OutputCount]);
        var status = RunResult.Failed;
        // Of a few runs one must keep the budget: the first ones warm caches and may be interrupted.
        for (var i = 0; i < 3 && status != RunResult.Ok; i++) status = model.Probe(features, states, outputs);
        if (status == RunResult.OverBudget)
            throw new ModelException(_settings.Name, "a run of one row takes longer than its budget of "
                + $"{_settings.Budget.TotalMilliseconds} ms. Raise `budget`, or use a smaller model.");
        if (status == RunResult.Failed)
            throw new ModelException(_settings.Name, $"a run of a row of means fails: {OneLine(model.LastError)}");
        foreach (var output in outputs)
            if (!double.IsFinite(output))
                throw new ModelException(_settings.Name,
                    "a row of means gives a score that is not a number; its weights are damaged or it was exported for other inputs.");
    }

    // The rows are one after another in time, so a model with memory carries it from row to row.
    void CheckSample(OnnxModel model, ScoreSettings stage, string path)
    {
        var rows = SampleFile.Read(_settings.Name, path, model.FeatureCount);
        var (means, factors) = stage.Scaling();
        var (features, states, outputs, before) =
            (new double[model.FeatureCount], new double[model.StateCount], new double[model.OutputCount], new double[model.StateCount]);
        for (var n = 0; n < rows.Length; n++)
        {
            for (var i = 0; i < features.Length; i++) features[i] = (rows[n][i] - means[i]) * factors[i];
            states.CopyTo(before, 0);
            var status = RunResult.OverBudget;
            for (var i = 0; i < 3 && status == RunResult.OverBudget; i++)
            {
                before.CopyTo(states, 0);
                status = model.Probe(features, states, outputs);
            }

            if (status == RunResult.OverBudget)
                throw new ModelException(_settings.Name, $"row {n + 1} of {path} takes longer than the budget of "
                    + $"{_settings.Budget.TotalMilliseconds} ms. Raise `budget`, or use a smaller model.");
            if (status == RunResult.Failed)
                throw new ModelException(_settings.Name, $"a run of row {n + 1} of {path} fails: {OneLine(model.LastError)}");
            if (Array.Exists(outputs, o => !double.IsFinite(o)))
                throw new ModelException(_settings.Name, $"row {n + 1} of {path} gives a score that is not a number.");
        }
    }

    static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();
}
