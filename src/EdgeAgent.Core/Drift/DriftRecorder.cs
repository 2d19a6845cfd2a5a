
namespace EdgeAgent.Core.Drift;

/// <summary>Gathers inputs, scores and the first rows of a stage, for the reference and the sample of its model. Single-threaded.</summary>
/// <param name="fields">Names of a stage's inputs, in order.</param>
/// <param name="shared">Samples of the model by name of the quantity; stages with the same input share it.</param>
public sealed class DriftRecorder(IReadOnlyList<string> fields, IDictionary<string, DriftSample> shared)
{
    const int MostRows = 64;
    readonly DriftSample[] _inputs = [.. fields.Select(f => Sample(shared, DriftPlan.InputName(f)))];
    readonly DriftSample _score = Sample(shared, DriftPlan.ScoreName);

    /// <summary>Takes the values of one moment, as they came.</summary>
    public void AddInputs(ReadOnlySpan<double> values)
    {
        for (var i = 0; i < values.Length; i++) _inputs[i].Add(values[i]);
    }

    /// <summary>The first rows that were scored, as they came.</summary>
    public List<double[]> Rows { get; } = [];

    /// <summary>Whether another row is of use.</summary>
    public bool WantsRow => Rows.Count < MostRows;

    /// <summary>Takes a row of features.</summary>
    public void AddRow(double[] features) => Rows.Add(features);

    /// <summary>Takes a score.</summary>
    public void AddScore(double score) => _score.Add(score);

    static DriftSample Sample(IDictionary<string, DriftSample> shared, string name)
    {
        if (!shared.TryGetValue(name, out var sample)) shared[name] = sample = new DriftSample();
        return sample;
    }
}
