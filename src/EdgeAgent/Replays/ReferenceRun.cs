using EdgeAgent.Clocks;
using EdgeAgent.Core.Drift;
using EdgeAgent.Core.Gateways;
using EdgeAgent.Models;
using EdgeAgent.Models.Files;

namespace EdgeAgent.Replays;

/// <summary>Runs a recording through a configuration and gathers how a model's inputs and scores are distributed.</summary>
/// <remarks>That is the file which the model's <c>drift</c> names.</remarks>
sealed class ReferenceRun : IDisposable
{
    /// <summary>Values of an input below which a reference says little.</summary>
    const long Few = 1000;

    readonly string _model;
    readonly TextWriter _error;
    readonly ModelHost _models;
    readonly Replay _replay;

    /// <summary>Loads the models; what is wrong with them goes to <paramref name="error"/>.</summary>
    public ReferenceRun(GatewaySettings settings, string model, TextWriter error)
    {
        (_model, _error) = (model, error);
        // The reference in force, if there is one, has no say in the next.
        var alone = settings with { Models = [.. settings.Models.Select(m => m with { Drift = null, Shadow = null, Sample = null })] };
        _models = new ModelHost(Replay.WithoutBudget(alone.Models), new SystemClock(), message =>
        {
            HasFailed = true;
            error.WriteLine(message);
        }) { Samples = [] };
        _replay = new Replay(alone, _models);
    }

    /// <summary>Whether a model cannot be used.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Models that score stages use.</summary>
    public IReadOnlyCollection<string> Used => Samples.Keys;

    Dictionary<string, Dictionary<string, DriftSample>> Samples => _models.Samples!;

    /// <summary>The scores of the recording, a bounded sample of them when they are very many.</summary>
    public DriftSample Scores => Samples[_model][DriftPlan.ScoreName];

    /// <summary>Which model it was.</summary>
    public Core.Models.ModelIdentity Identity => _models.Status().First(u => u.Model == _model).Identity!;

    /// <summary>Runs <paramref name="recording"/> through; false, with a sentence, when it makes no reference.</summary>
    public bool TryRun(TextReader recording)
    {
        if (!_replay.Run(recording, Stream.Null, _error)) return false;
        foreach (var (name, sample) in Samples[_model])
        {
            _error.WriteLine($"{name}: {sample.Count} values");
            if (sample.Count == 0)
            {
                _error.WriteLine($"There is no reference without values of {name}. Use a recording that reaches the model.");
                return false;
            }

            if (sample.Count >= Few) continue;
            var moves = 9.0 / sample.Count;
            _error.WriteLine(
                $"{name}: with fewer than {Few} values chance alone moves the index by about {moves:0.###}. Use a longer recording.");
        }

        return true;
    }

    /// <summary>The reference as the bytes of its file.</summary>
    public byte[] Reference(int bins)
    {
        using var bytes = new MemoryStream();
        ReferenceFile.Write(bytes, _model, Identity.Sha256, Samples[_model], bins);
        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    /// <summary>The first rows of features as the bytes of a sample file.</summary>
    public byte[] Rows() => SampleFile.Bytes(_models.Rows[_model]);

    /// <inheritdoc/>
    public void Dispose() => _models.Dispose();
}
