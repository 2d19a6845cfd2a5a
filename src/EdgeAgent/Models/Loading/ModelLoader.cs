using EdgeAgent.Clocks;
using EdgeAgent.Core.Models;
using EdgeAgent.Core.Stages.Scores;
using EdgeAgent.Models.Files;
using EdgeAgent.Models.Onnx;

namespace EdgeAgent.Models.Loading;

/// <summary>A model file loaded and checked, from which each stage gets its own <see cref="IModel"/>.</summary>
/// <remarks>The session goes when the loader, every model made from it and all others who share it were disposed. Any thread, one at a
/// time.</remarks>
sealed class ModelLoader : IDisposable
{
    readonly ModelSettings _settings;
    readonly SharedSession _shared;
    readonly IClock _clock;

    ModelLoader(ModelSettings settings, ModelIdentity identity, SharedSession shared, OnnxFileHeader header, IClock clock) =>
        (_settings, Identity, _shared, Header, _clock) = (settings, identity, shared, header, clock);

    /// <summary>Which model it is.</summary>
    public ModelIdentity Identity { get; }

    /// <summary>What its file says of itself.</summary>
    public OnnxFileHeader Header { get; }

    /// <summary>The session.</summary>
    public OnnxSession Session => _shared.Session;

    /// <summary>What making the session took, when this loader made it: time, and bytes that the memory of the process grew by.
    /// Null when it was there already.</summary>
    public (TimeSpan Took, long GrewBytes)? Made { get; private init; }

    /// <summary>Reads, hashes and loads <paramref name="file"/> (the model's own file, or its shadow).</summary>
    /// <param name="settings">How.</param>
    /// <param name="file">The file.</param>
    /// <param name="clock">The clock of its runs.</param>
    /// <param name="pool">Where a session of the same content may be already; null for one of its own.</param>
    /// <exception cref="ModelException">It cannot be used, or ONNX Runtime is not there; one line.</exception>
    public static ModelLoader Load(ModelSettings settings, string file, IClock clock, SessionPool? pool = null)
    {
        var read = ModelFile.Read(settings.Name, file, settings.MaxSizeBytes, file == settings.File ? settings.Sha256 : null, settings.Map);
        var options = new OnnxSessionOptions { IntraOpThreads = settings.Threads, Arena = settings.Arena, Provider = settings.Provider,
            IsOrtFormat = read.Header.IsOrtFormat, InPlace = read.IsUsedInPlace };
        var shared = (pool ?? new SessionPool()).Take(new SessionKey(read.Sha256, options, read.IsUsedInPlace ? read : null));
        var isLoaded = false;
        try
        {
            var isMade = shared.Make(read, clock);
            var metadata = shared.Session.Metadata;
            // A file without a version reads as the largest number; the start of its hash then tells one from another.
            var version = settings.Version ?? (metadata.Version is > 0 and < long.MaxValue and var number
                ? number.ToString(System.Globalization.CultureInfo.InvariantCulture) : read.Sha256[..12]);
            isLoaded = true;
            return new ModelLoader(settings, new ModelIdentity(settings.Name, version, read.Sha256), shared, read.Header, clock)
                { Made = isMade ? (shared.Took, shared.GrewBytes) : null };
        }
        catch (OnnxException e)
        {
            throw OnnxLibrary.IsLoaded
                ? new ModelException(settings.Name, $"{file} {OnnxWords.Of(e.Message, OnnxLibrary.Load().Version)}", e)
                : new ModelException(settings.Name, $"{file}: {OneLine(e.Message)}", e);
        }
        finally
        {
            if (!isLoaded) shared.Leave();
            if (isLoaded && read.IsUsedInPlace) read.Unmap();
            else read.Dispose();
        }
    }

    /// <summary>The stage as the model needs it: with the order of features that the model declares when the stage names none.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="notes">Gets what is to be told of that.</param>
    public ScoreSettings Fit(ScoreSettings stage, List<ModelNote> notes) => FeatureLayout.Fit(Session.Inputs, _settings, stage, notes);

    /// <summary>A model for one stage, checked: inputs fit, a row of means gives finite outputs,
    /// and rows do not change each other.</summary>
    /// <param name="stage">The stage, fitted.</param>
    /// <param name="notes">Gets what is to be told of a model that works; null when nobody asks.</param>
    /// <exception cref="ModelException">It does not fit or does not run.</exception>
    public OnnxModel CreateFor(ScoreSettings stage, List<ModelNote>? notes = null)
    {
        var plan = Plan(stage);
        if (plan.FixedRows > 0)
            notes?.Add(new("file", false, $"is fixed to {plan.FixedRows} rows a run: each costs as much, however few wait. "
                + "Export it with an open first dimension."));
        var model = Create(_settings, plan, stage);
        try
        {
            ModelCheck.Run(model, _settings, stage);
            var effect = RowComparison.Of(model);
            if (effect == RowEffect.Only)
                throw new ModelException(_settings.Name, "gives the same for every row that runs alone, and other numbers when rows run "
                    + "together: the output of a row depends on the other rows of a run (a statistic over the batch dimension). "
                    + "Export it with that statistic fixed, as it was after the training.");
            if (effect == RowEffect.None || (effect == RowEffect.Unknown && !model.IsFlat)) return model;
            if (effect == RowEffect.Some)
                notes?.Add(new("file", false, "gives a row another score when other rows run together with it (dynamic quantisation, or "
                    + "a statistic over the batch dimension): it runs one row at a time, which takes longer. "
                    + "Static quantisation or float weights run together."));
            var alone = Create(_settings with { MaxRows = 1 }, plan, stage);
            model.Dispose();
            return alone;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    // Whatever a file makes this program do, the model is refused and the agent goes on.
    ModelPlan Plan(ScoreSettings stage)
    {
        try
        {
            return ModelPlan.Of(Session, _settings, stage);
        }
        catch (Exception e) when (e is not (ModelException or OutOfMemoryException))
        {
            throw new ModelException(_settings.Name, $"cannot be used, by a fault of this program ({e.GetType().Name}: {e.Message}). "
                + "Please report it with what `edge-agent model inspect` says.");
        }
    }

    OnnxModel Create(ModelSettings settings, ModelPlan plan, ScoreSettings stage)
    {
        _shared.Hold();
        try
        {
            var model = OnnxModel.Create(Session, settings, Identity, plan, _clock);
            (model.OnDispose, model.File, model.IsFieldMajor) = (_shared.Leave, _shared.File, stage.FieldMajor);
            return model;
        }
        catch (Exception e)
        {
            _shared.Leave();
            if (e is OnnxException) throw new ModelException(_settings.Name, OnnxWords.Plain(e.Message), e);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _shared.Leave();

    static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();
}
