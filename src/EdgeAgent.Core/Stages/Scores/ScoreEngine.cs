using EdgeAgent.Core.Alerts;
using EdgeAgent.Core.Drift;
using EdgeAgent.Core.Models;

namespace EdgeAgent.Core.Stages.Scores;

/// <summary>Turns values of series or groups into rows of features, runs them together,
/// and reads scores and alerts off the outputs.</summary>
/// <remarks>
/// Rows wait until the model's row count is reached or <see cref="Flush"/>. A series whose next row needs the result of its last one
/// (states, forecasts) forces a run first. The same code serves readings and summaries; the two stages differ in what they make of
/// a result. Single-threaded.
/// </remarks>
sealed class ScoreEngine
{
    ScoreSettings _settings;
    readonly ModelSlot _slot, _shadowSlot;
    readonly IScoreReceiver _receiver;
    readonly DriftWatch _drift;
    readonly double[] _resolved, _scratch;
    readonly bool _isSequential;
    double[] _mean, _factor;
    // One row even without a model: it passes by the stage's policy.
    ScoreUnit[] _units = new ScoreUnit[1];
    long[] _times = new long[1], _alertTimes = new long[1];
    bool[] _movesTime = new bool[1];
    double[] _features = [], _states = [], _shadowStates = [], _outputs = [], _shadowOutputs = [];
    double?[] _shadowScores = [];
    int _rows;
    long _limitNs = long.MaxValue;

    public ScoreEngine(ScoreSettings settings, ModelSlot slot, ModelSlot shadow, IScoreReceiver receiver, DriftWatch drift)
    {
        (_settings, _slot, _shadowSlot, _receiver, _drift) = (settings, slot, shadow, receiver, drift);
        (_mean, _factor) = settings.Scaling();
        _resolved = new double[settings.Width];
        _scratch = new double[settings.Rolling?.Last ?? 0];
        _isSequential = settings.Score == ScoreKind.ForecastError;
        Counters = new ScoreCounters(settings.FieldNames);
    }

    public ScoreCounters Counters { get; }

    /// <summary>The settings, with the order of features that the model takes.</summary>
    public ScoreSettings Settings => _settings;

    /// <summary>Gathers inputs and scores while a reference is made; null otherwise.</summary>
    public DriftRecorder? Recorder { get; init; }

    /// <summary>The model in force.</summary>
    public IModel? Model => _slot.Current;

    /// <summary>The unit of a waiting or just scored row.</summary>
    public ScoreUnit UnitOf(int row) => _units[row];

    /// <summary>Event time of a row [ns since the Unix epoch].</summary>
    public long TimeOf(int row) => _times[row];

    /// <summary>What the model saw in a row, scaled.</summary>
    public ReadOnlySpan<double> FeaturesOf(int row) => _features.AsSpan(row * _settings.FeatureCount, _settings.FeatureCount);

    /// <summary>What the model gave for a row.</summary>
    public ReadOnlySpan<double> OutputsOf(int row) =>
        Model is { } model ? _outputs.AsSpan(row * model.OutputCount, model.OutputCount) : default;

    /// <summary>Value of a feature as it came, before scaling.</summary>
    public double Unscaled(int feature, double scaled) => (scaled / _factor[feature]) + _mean[feature];

    /// <summary>Says what time it is: alerts know no time later than that and <paramref name="maxFutureNs"/>.</summary>
    public void SetTime(in Readings.Instant now, long maxFutureNs) =>
        _limitNs = now.WallTrusted && now.WallNs < EventTimes.MaxNs - maxFutureNs ? now.WallNs + maxFutureNs : long.MaxValue;

    /// <summary>A unit without memory.</summary>
    public ScoreUnit NewUnit() => new(_settings, Model?.StateCount ?? 0);

    /// <summary>Waits a moment for a first model that is being loaded, and takes it over. Between two batches, before rows.</summary>
    public void Await()
    {
        if (_slot.First is { } first && _slot.Current is null)
        {
            first.Wait();
            if (first.IsOver) _slot.First = null;
        }

        Refresh();
    }

    /// <summary>Takes over an offered model. Between two batches; rows that wait for none are done first.</summary>
    public void Refresh()
    {
        if (_slot.Current is null) Flush();
        _shadowSlot.Refresh();
        if (!_slot.Refresh() && (_features.Length > 0 || _slot.Current is null)) return;
        _drift.Use(_slot.Current);
        if (_slot.Current is not { } model) return;
        if ((model.IsFieldMajor ?? _settings.FieldMajor) != _settings.FieldMajor)
        {
            _settings = _settings with { FieldMajor = !_settings.FieldMajor };
            (_mean, _factor) = _settings.Scaling();
        }

        var n = model.MaxRows;
        if (_features.Length != n * _settings.FeatureCount)
            (_units, _times, _alertTimes, _movesTime, _features) =
                (new ScoreUnit[n], new long[n], new long[n], new bool[n], new double[n * _settings.FeatureCount]);
        (_states, _outputs) = (new double[n * model.StateCount], new double[n * model.OutputCount]);
    }

    /// <summary>Takes the values of one moment of one unit; the number of the row they became, or −1 when none is due.</summary>
    /// <remarks>A moment that does not move time (a reading from the future) ends no window of drift.</remarks>
    /// <param name="unit">Memory of the series or group.</param>
    /// <param name="timeNs">Event time.</param>
    /// <param name="values">Values by field; NaN for one that is missing. The row is taken whole or not at all,
    /// so that fields stay of one moment.</param>
    /// <param name="movesTime">False for a time from the future.</param>
    /// <param name="alertNs">The time alerts go by: <paramref name="timeNs"/>, or that of arrival when it is from the future.</param>
    public int Push(ScoreUnit unit, long timeNs, ReadOnlySpan<double> values, bool movesTime, long alertNs)
    {
        if (_drift.IsOn) _drift.ObserveInputs(timeNs, values, movesTime, _slot.Current);
        Recorder?.AddInputs(values);
        // A policy is applied on the way in, so that the window holds what the model will see.
        var isWhole = true;
        for (var i = 0; i < values.Length; i++)
        {
            _resolved[i] = values[i];
            if (double.IsFinite(values[i])) continue;
            Counters.MissingBy[i]++;
            isWhole &= TryReplace(unit.Windows[i], i, ref _resolved[i]);
        }

        if (!isWhole)
        {
            Counters.Missing++;
            return -1;
        }

        for (var i = 0; i < values.Length; i++) unit.Windows[i].Push(_resolved[i]);

        if (!unit.Windows[0].IsFull || ++unit.SinceScore < _settings.Every) return -1;
        unit.SinceScore = 0;
        if (_slot.Current is not { } model) return PassOne(unit, timeNs);
        if (unit.IsPending && (_isSequential || model.StateCount > 0 || _shadowSlot.Current is { StateCount: > 0 })) Flush();
        if (_rows == model.MaxRows) Flush();
        var row = _rows++;
        (_units[row], _times[row], _alertTimes[row], _movesTime[row], unit.IsPending) = (unit, timeNs, alertNs, movesTime, true);
        Fill(unit, _features.AsSpan(row * _settings.FeatureCount, _settings.FeatureCount));
        if (model.StateCount > 0)
        {
            if (unit.States.Length != model.StateCount) unit.States = new double[model.StateCount];
            unit.States.CopyTo(_states, row * model.StateCount);
        }

        return row;
    }

    /// <summary>Runs the rows that wait and hands every one to the receiver.</summary>
    public void Flush()
    {
        if (_rows == 0) return;
        var rows = _rows;
        _rows = 0;
        if (_slot.Current is not { } model)
        {
            FallBack(0);
            return;
        }

        var features = _features.AsSpan(0, rows * _settings.FeatureCount);
        var compared = RunShadow(rows, features, model);
        var status = model.Run(rows, features, _states.AsSpan(0, rows * model.StateCount), _outputs.AsSpan(0, rows * model.OutputCount));
        Counters.Runs++;
        if (status == RunResult.Failed) Counters.Failed += rows;
        else if (status == RunResult.OverBudget) Counters.OverBudget += rows;
        for (var row = 0; row < rows; row++) Finish(row, model, status == RunResult.Ok, compared);
    }

    void Finish(int row, IModel model, bool ok, bool compared)
    {
        var unit = _units[row];
        unit.IsPending = false;
        var outputs = _outputs.AsSpan(row * model.OutputCount, model.OutputCount);
        var score = double.NaN;
        if (ok)
        {
            score = Read(FeaturesOf(row), outputs, unit.Forecast);
            var isFirstForecast = _isSequential && unit.Forecast.Length == 0;
            Keep(unit, row, model, outputs);
            if (isFirstForecast)
            {
                _receiver.Done(row, ScoreOutcome.None, double.NaN, AlertChange.None);
                return;
            }

            if (!double.IsFinite(score)) Counters.NotFinite++;
        }

        if (double.IsFinite(score))
        {
            Counters.Scored++;
            if (compared) Compare(unit, row, score);
            if (unit.Rolling is { } rolling)
            {
                rolling.Push(score);
                if (!rolling.IsFull)
                {
                    _receiver.Done(row, ScoreOutcome.None, double.NaN, AlertChange.None);
                    return;
                }

                score = _settings.Rolling!.Of(rolling.Values, _scratch);
            }

            unit.LastScore = score;
            if (_drift.IsOn) _drift.ObserveScore(_times[row], score, _movesTime[row], model);
            Recorder?.AddScore(score);
            if (Recorder is { WantsRow: true }) RecordRow(row);
            var change = unit.Alert?.Observe(_alertTimes[row], score, _limitNs) ?? AlertChange.None;
            if (change == AlertChange.Opened) Counters.Alerts++;
            _receiver.Done(row, ScoreOutcome.Scored, score, change);
            return;
        }

        FallBack(row);
    }

    // Without a model every row is alone: nothing is gained by letting it wait for others.
    int PassOne(ScoreUnit unit, long timeNs)
    {
        Flush();
        Counters.NoModel++;
        if (_settings.Fallback == ScoreFallback.Skip) return -1;
        (_units[0], _times[0], _rows) = (unit, timeNs, 1);
        return 0;
    }

    void FallBack(int row)
    {
        var unit = _units[row];
        var hasLast = _settings.Fallback == ScoreFallback.Last && double.IsFinite(unit.LastScore);
        var outcome = hasLast ? ScoreOutcome.Stale : _settings.Fallback == ScoreFallback.Pass ? ScoreOutcome.Null : ScoreOutcome.None;
        _receiver.Done(row, outcome, hasLast ? unit.LastScore : double.NaN, AlertChange.None);
    }

    void RecordRow(int row)
    {
        var features = FeaturesOf(row).ToArray();
        for (var i = 0; i < features.Length; i++) features[i] = Unscaled(i, features[i]);
        Recorder!.AddRow(features);
    }

    // States and forecasts that are not finite would spoil every later score of the series: they are not kept.
    void Keep(ScoreUnit unit, int row, IModel model, ReadOnlySpan<double> outputs)
    {
        var states = _states.AsSpan(row * model.StateCount, model.StateCount);
        if (IsFinite(states)) states.CopyTo(unit.States);
        else Array.Clear(unit.States);
        if (!_isSequential) return;
        if (unit.Forecast.Length != outputs.Length) unit.Forecast = new double[outputs.Length];
        if (IsFinite(outputs)) outputs.CopyTo(unit.Forecast);
        else unit.Forecast = [];
    }

    double Read(ReadOnlySpan<double> features, ReadOnlySpan<double> outputs, ReadOnlySpan<double> forecast)
    {
        var score = _settings.Score switch
        {
            ScoreKind.Output => outputs[_settings.OutputIndex],
            ScoreKind.ForecastError => forecast.IsEmpty ? double.NaN : Forecast(features, forecast),
            ScoreKind.ReconstructionMse => Differences.Squares(features, outputs) / features.Length,
            ScoreKind.ReconstructionMae => Differences.Absolutes(features, outputs) / features.Length,
            _ => Differences.Largest(features, outputs),
        };
        return _settings.LowIsAbnormal ? -score : score;
    }

    double Forecast(ReadOnlySpan<double> features, ReadOnlySpan<double> forecast)
    {
        double sum = 0;
        var n = Math.Min(forecast.Length, _settings.Width);
        for (var i = 0; i < n; i++) sum += Math.Abs(forecast[i] - features[At(i)]);
        return sum / n;
    }

    // Place of the newest value of a field in a row of features.
    int At(int field) =>
        _settings.FieldMajor ? (field * _settings.Last) + _settings.Last - 1 : ((_settings.Last - 1) * _settings.Width) + field;

    static bool IsFinite(ReadOnlySpan<double> values)
    {
        foreach (var value in values)
            if (!double.IsFinite(value)) return false;
        return true;
    }

    // The candidate has states and forecasts of its own, so that it is what it would be in the other's place.
    bool RunShadow(int rows, ReadOnlySpan<double> features, IModel model)
    {
        if (_shadowSlot.Current is not { } shadow || shadow.FeatureCount != model.FeatureCount) return false;
        var (width, memory, give) = (shadow.FeatureCount, shadow.StateCount, shadow.OutputCount);
        if (_shadowOutputs.Length < model.MaxRows * give) _shadowOutputs = new double[model.MaxRows * give];
        if (_shadowStates.Length < model.MaxRows * memory) _shadowStates = new double[model.MaxRows * memory];
        if (_shadowScores.Length < model.MaxRows) _shadowScores = new double?[model.MaxRows];
        for (var row = 0; row < rows && memory > 0; row++)
        {
            var unit = _units[row];
            if (unit.ShadowStates.Length != memory) unit.ShadowStates = new double[memory];
            unit.ShadowStates.CopyTo(_shadowStates, row * memory);
        }

        for (var at = 0; at < rows; at += shadow.MaxRows)
        {
            var n = Math.Min(shadow.MaxRows, rows - at);
            var status = shadow.Run(n, features.Slice(at * width, n * width), _shadowStates.AsSpan(at * memory, n * memory),
                _shadowOutputs.AsSpan(at * give, n * give));
            if (status != RunResult.Ok) return false;
        }

        for (var row = 0; row < rows; row++) _shadowScores[row] =
            KeepShadow(_units[row], FeaturesOf(row), _shadowStates.AsSpan(row * memory, memory), _shadowOutputs.AsSpan(row * give, give));
        return true;
    }

    // Null for a first forecast, which nothing can be held against.
    double? KeepShadow(ScoreUnit unit, ReadOnlySpan<double> features, ReadOnlySpan<double> states, ReadOnlySpan<double> outputs)
    {
        if (IsFinite(states)) states.CopyTo(unit.ShadowStates);
        else Array.Clear(unit.ShadowStates);
        double? score = _isSequential && unit.ShadowForecast.Length == 0 ? null : Read(features, outputs, unit.ShadowForecast);
        if (!_isSequential) return score;
        if (unit.ShadowForecast.Length != outputs.Length) unit.ShadowForecast = new double[outputs.Length];
        if (IsFinite(outputs)) outputs.CopyTo(unit.ShadowForecast);
        else unit.ShadowForecast = [];
        return score;
    }

    void Compare(ScoreUnit unit, int row, double score)
    {
        if (_shadowScores[row] is not { } other) return;
        Counters.ShadowScored++;
        var line = unit.Alert?.Threshold ?? double.NaN;
        if (score > line == other > line) Counters.ShadowAgreed++;
        Counters.ShadowLargestDifference = Math.Max(Counters.ShadowLargestDifference, Math.Abs(score - other));
    }

    void Fill(ScoreUnit unit, Span<double> row)
    {
        var (width, last) = (_settings.Width, _settings.Last);
        if (width == 1 || _settings.FieldMajor)
        {
            for (var f = 0; f < width; f++) unit.Windows[f].Values.CopyTo(row.Slice(f * last, last));
        }
        else
        {
            for (var f = 0; f < width; f++)
            {
                var values = unit.Windows[f].Values;
                for (var t = 0; t < last; t++) row[(t * width) + f] = values[t];
            }
        }

        for (var i = 0; i < row.Length; i++) row[i] = (row[i] - _mean[i]) * _factor[i];
    }

    bool TryReplace(SlidingWindow window, int field, ref double value)
    {
        switch (_settings.Missing)
        {
            case MissingPolicy.Zero:
                value = 0;
                return true;
            case MissingPolicy.Mean:
                value = _mean[At(field)];
                return true;
            case MissingPolicy.Last when window.Count > 0:
                value = window.Values[^1];
                return true;
            default:
                return false;
        }
    }
}
