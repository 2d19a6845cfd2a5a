using System.Globalization;
using EdgeAgent.Core.Alerts;

namespace EdgeAgent.Core.Stages.Scores;

/// <summary>How a model is fed, how its score is read, and when that is an alert.</summary>
public sealed record ScoreSettings
{
    /// <summary>Name of the stage, for messages.</summary>
    public required string Name { get; init; }

    /// <summary>Name under <c>models</c>.</summary>
    public required string Model { get; init; }

    /// <summary>Where features come from.</summary>
    public required FeatureSource Source { get; init; }

    /// <summary>Fields of a summary, in the order of the model's features; empty for readings.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>Rows of the past in one row of features: readings of a series, or summaries of a group. Oldest first.</summary>
    public int Last { get; init; } = 1;

    /// <summary>Whether the past of a field lies side by side (<c>[N, F, T]</c>) instead of the fields
    /// of a moment (<c>[N, T, F]</c>).</summary>
    public bool FieldMajor { get; init; }

    /// <summary>Whether <see cref="FieldMajor"/> was written rather than left to what the model declares.</summary>
    public bool IsLayoutGiven { get; init; }

    /// <summary>Rows between two scores of one series.</summary>
    public int Every { get; init; } = 1;

    /// <summary>How the score is read.</summary>
    public ScoreKind Score { get; init; }

    /// <summary>Index into the model's chosen output, for <see cref="ScoreKind.Output"/>.</summary>
    public int OutputIndex { get; init; }

    /// <summary>How the contribution of a field is told in alerts of a reconstruction.</summary>
    public ContributionKind Contributions { get; init; }

    /// <summary>What the score is made of beyond the row itself; null for nothing.</summary>
    public RollingSettings? Rolling { get; init; }

    /// <summary>Whether low outputs are the abnormal ones; the score is then the negative.</summary>
    public bool LowIsAbnormal { get; init; }

    /// <summary>Subtracted from each feature (by field, or one for all); empty for 0.</summary>
    public IReadOnlyList<double> Means { get; init; } = [];

    /// <summary>Divides each feature after subtraction (by field, or one for all); empty for 1.</summary>
    public IReadOnlyList<double> Deviations { get; init; } = [];

    /// <summary>JSON file with lists that stand for the two above; null for none.</summary>
    public string? ScalingFile { get; init; }

    /// <summary>Policy for missing values.</summary>
    public MissingPolicy Missing { get; init; } = MissingPolicy.Skip;

    /// <summary>Policy for a run that failed, took too long or gave no finite score.</summary>
    public ScoreFallback Fallback { get; init; } = ScoreFallback.Skip;

    /// <summary>When a score is an alert; null for never.</summary>
    public ThresholdSettings? Threshold { get; init; }

    /// <summary>Whether every score becomes a record (readings only; a summary carries its score).</summary>
    public bool EmitScores { get; init; }

    /// <summary>Numbers of one moment: 1 for readings.</summary>
    public int Width => Source == FeatureSource.Readings ? 1 : Fields.Count;

    /// <summary>Names of the numbers of one moment.</summary>
    public IReadOnlyList<string> FieldNames => Source == FeatureSource.Readings ? ["value"] : Fields;

    /// <summary>Numbers of one row of features.</summary>
    public int FeatureCount => Width * Last;

    /// <summary>For each place of a row of features what is subtracted, and the factor after that: given once for all places, once a field,
    /// or once a place.</summary>
    public (double[] Means, double[] Factors) Scaling()
    {
        var (means, factors) = (new double[FeatureCount], new double[FeatureCount]);
        for (var i = 0; i < means.Length; i++)
        {
            means[i] = At(Means, i, 0);
            var deviation = At(Deviations, i, 1);
            factors[i] = deviation == 0 ? 1 : 1 / deviation;
        }

        return (means, factors);
    }

    double At(IReadOnlyList<double> numbers, int place, double otherwise) => numbers.Count switch
    {
        0 => otherwise,
        1 => numbers[0],
        var n when n == FeatureCount => numbers[place],
        _ => numbers[FieldMajor ? place / Last : place % Width],
    };

    /// <summary>All that changes what is computed, as unambiguous text; neither the model's file nor the scaling file's content,
    /// which may be swapped.</summary>
    public string Describe() => string.Create(CultureInfo.InvariantCulture,
        $"score({Model},{Source},{string.Join('|', Fields)},{Last},{FieldMajor},{Every},{Score},{OutputIndex},{LowIsAbnormal},"
            + $"{Numbers(Means)},{Numbers(Deviations)},{ScalingFile},{Missing},{Fallback},{Threshold?.Describe()},{EmitScores})")
        + (Rolling is null ? "" : "," + Rolling.Describe()); // left out where there is none: memory is kept by this text

    static string Numbers(IReadOnlyList<double> numbers) =>
        string.Join('|', numbers.Select(n => n.ToString("R", CultureInfo.InvariantCulture)));
}
