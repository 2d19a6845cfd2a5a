using EdgeAgent.Core.Alerts;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Stages.Scores;

/// <summary><c>score</c> and <c>score_summaries</c>.</summary>
public static class ScoreSpec
{
    static readonly FieldSpec[] Common =
    [
        FieldSpec.Of(FieldType.Name, "model", "A name under `models`.") with { Required = true, Example = "pump" },
        FieldSpec.Integer("every", "Moments between two scores of one series or group.", 1, 1_000_000) with { Default = 1L },
        FieldSpec.Enum("score", "How the score is read off the model.",
            new("output", ScoreKind.Output, "The output itself, at `output_index`."),
            new("reconstruction_mse", ScoreKind.ReconstructionMse,
                "Mean squared difference between features and outputs; for autoencoders."),
            new("reconstruction_mae", ScoreKind.ReconstructionMae, "Mean absolute difference between features and outputs."),
            new("reconstruction_max", ScoreKind.ReconstructionMax, "Largest absolute difference between features and outputs."),
            new("forecast_error", ScoreKind.ForecastError, "Mean absolute difference between what the model foretold and what came."))
                with { Default = ScoreKind.Output },
        FieldSpec.Integer("output_index", "Which number of the output, from 0.", 0, 1_000_000) with { Default = 0L },
        FieldSpec.Enum("abnormal", "Which scores are abnormal.",
            new("high", false, "High ones."),
            new("low", true, "Low ones; the score told is then the negative.")) with { Default = false },
        FieldSpec.List("means", "Subtracted from the features: one number for all, one a field, or one a feature.",
            FieldSpec.Number("", "A mean.")) with { Single = true, DefaultDoc = "0", Example = "[84.2]" },
        FieldSpec.List("deviations", "The features are divided by these after that; as many as for `means`.",
            FieldSpec.Number("", "A standard deviation.")) with { Single = true, DefaultDoc = "1", Example = "[9.5]" },
        FieldSpec.Of(FieldType.Path, "scaling_file", "JSON file with lists `mean` and `stddev` in place of `means` and `deviations`; "
            + "or `mean_` or `center_` and `scale_`, as scikit-learn's scalers have them.")
            with { Exists = true, DefaultDoc = "none", Example = "models/pump.scaling.json" },
        FieldSpec.Enum(
            "on_failure", "What becomes of a row whose run failed, was over the model's budget or gave no finite number, or for which "
                + "there is no model (yet).",
            new("skip", ScoreFallback.Skip, "It has no score."),
            new("last", ScoreFallback.Last, "The last good score stands in, marked `stale`; alerts pass it over."),
            new("pass", ScoreFallback.Pass, "Its score is null.")) with { Default = ScoreFallback.Skip },
        FieldSpec.Enum("contributions", "How the squared errors of a field, in an alert of a reconstruction, become its contribution.",
            new("sum", ContributionKind.Sum, "Their sum over the window."),
            new("mean", ContributionKind.Mean, "Their mean."),
            new("max", ContributionKind.Max, "The largest, so that a short fault of one sensor stands out."))
                with { Default = ContributionKind.Sum },
        FieldSpec.Nested("rolling", "What the score is made of beyond the row itself.", RollingSpec.Spec)
            with { DefaultDoc = "each score stands for itself" },
        FieldSpec.Nested("threshold", "When a score is an alert.", ThresholdSpec.Spec) with { DefaultDoc = "no alerts" },
    ];

    /// <summary>Scores readings.</summary>
    public static readonly StageKind Readings = StageKind.Of<ScoreReadingsSettings>(new ComponentSpec
    {
        Name = "score",
        Kind = ComponentKind.Stage,
        Role = StageRole.End,
        Doc = "Scores readings by a model and ends its pipeline. The last readings of each series are the features. "
            + "Alerts are records of their own, with priority.",
        Example = "score: { model: pump, last: 32, score: reconstruction_mse, threshold: { spot: 1e-4, min_duration: 15m } }",
        Fields =
        [
            .. Common,
            FieldSpec.Integer("last", "Readings of a series that are the features of one score, the newest last.", 1, 65_536)
                with { Default = 1L },
            FieldSpec.Boolean("emit_scores", "Whether every score becomes a record; alerts do in any case.", false),
        ],
        Build = v => new ScoreReadingsSettings { Name = v.Name, Score = Build(v, FeatureSource.Readings)
            with { EmitScores = v.Get<bool>("emit_scores") } },
        Check = CheckScaling,
    }, (settings, context) => context.Lent<IScoreModels>().Build(settings, context));

    /// <summary>Scores summaries.</summary>
    public static readonly StageKind Summaries = StageKind.OverSummaries<ScoreSummariesSettings>(new ComponentSpec
    {
        Name = "score_summaries",
        Kind = ComponentKind.Stage,
        Role = StageRole.Summary,
        Doc = "Scores summaries by a model; each passes on with its `score`. Fields of the last summaries of each group are the features. "
            + "Corrected summaries pass unscored.",
        Example = "score_summaries: { model: pump, fields: [mean, stddev, max], threshold: { constant: 0.6 } }",
        Fields =
        [
            .. Common,
            FieldSpec.List("fields", "Fields of a summary, in the order of the model's features; each goes to the input of its name "
                + "when the model has an input for each.",
                FieldSpec.Of(FieldType.Name, "", "A field."))
                with { Required = true, MinCount = 1, MaxCount = 4096, Single = true, Example = "[mean, stddev]" },
            FieldSpec.Integer("last", "Summaries of a group that are the features of one score, the newest last.", 1, 65_536)
                with { Default = 1L },
            FieldSpec.Enum("layout", "Order of features when `last` is above 1.",
                new("time_major", false, "All fields of the oldest summary, then those of the next: `[N, T, F]`."),
                new("field_major", true, "The whole past of the first field, then of the next: `[N, F, T]`."))
                with { DefaultDoc = "that of the model's declared dimensions; `time_major` when they leave it open" },
            FieldSpec.Enum("missing", "What becomes of a field that is missing or null.",
                new("skip", MissingPolicy.Skip, "The summary is not scored."),
                new("zero", MissingPolicy.Zero, "0 stands in."),
                new("mean", MissingPolicy.Mean, "The mean used for scaling stands in."),
                new("last", MissingPolicy.Last, "The last value of the group stands in.")) with { Default = MissingPolicy.Skip },
        ],
        Build = v => new ScoreSummariesSettings
        {
            Name = v.Name,
            Score = Build(v, FeatureSource.Summaries)
                with
            {
                Fields = v.Texts("fields"),
                FieldMajor = v.TryGet("layout", out bool isFieldMajor) && isFieldMajor,
                IsLayoutGiven = v.Has("layout"),
                Missing = v.Get<MissingPolicy>("missing"),
            },
        },
        Check = CheckScaling,
    }, (settings, context) => context.Lent<IScoreModels>().Build(settings, context));

    static ScoreSettings Build(SpecValues v, FeatureSource source) => new()
    {
        Name = v.Name,
        Model = v.Get<string>("model"),
        Source = source,
        Last = v.Int("last"),
        Every = v.Int("every"),
        Score = v.Get<ScoreKind>("score"),
        OutputIndex = v.Int("output_index"),
        LowIsAbnormal = v.Get<bool>("abnormal"),
        Means = Numbers(v, "means"),
        Deviations = Numbers(v, "deviations"),
        ScalingFile = v.GetOrNull<string>("scaling_file"),
        Fallback = v.Get<ScoreFallback>("on_failure"),
        Contributions = v.Get<ContributionKind>("contributions"),
        Rolling = v.Nested<RollingSettings>("rolling"),
        Threshold = v.Nested<ThresholdSettings>("threshold"),
    };

    static void CheckScaling(SpecValues v, FindingList findings)
    {
        if (v.Find("scaling_file") is { } file && (v.Has("means") || v.Has("deviations")))
            findings.Add(FindingCodes.Exclusive, file.KeyAt, file.Path, "`scaling_file` beside `means` or `deviations`. Keep one of them.");
        var last = v.TryGet("last", out long n) ? n : 1;
        var width = v.Spec.Field("fields") is null ? 1 : v.Items("fields").Count;
        foreach (var key in (ReadOnlySpan<string>)["means", "deviations"])
            if (v.Find(key) is { Items.Count: var count } list && count != 1 && count != width && count != width * last)
                findings.Add(FindingCodes.BadCount, list.At, list.Path,
                    $"{count} numbers for {width} field(s) and {width * last} features. Give 1, {width} or {width * last}.");
    }

    static double[] Numbers(SpecValues v, string key) => [.. v.Items(key).Select(i => (double)i.Value!)];
}
