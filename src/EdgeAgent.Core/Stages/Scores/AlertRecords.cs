using EdgeAgent.Core.Alerts;
using EdgeAgent.Core.Records;

namespace EdgeAgent.Core.Stages.Scores;

/// <summary>Writes scores and alerts of one stage as records. Single-threaded.</summary>
/// <remarks>
/// An alert is one flat JSON object: labels, <c>pipeline</c>, <c>alert</c> (<c>opened</c> or <c>closed</c>), <c>start</c>,
/// <c>peak_time</c>, <c>peak</c>, <c>threshold</c>, <c>score</c>; when closed <c>end</c>; when opened <c>features</c> (as measured: the
/// newest moment of each field, or the newest readings of a series, oldest first; at most 64) and <c>feature_names</c> (the fields), and,
/// for a reconstruction, <c>contributions</c> (fields by their squared error, the largest first, at most 64; of readings the three moments
/// furthest off) and <c>contribution_shares</c>; then <c>model</c>, <c>model_version</c>, <c>model_sha256</c>. Identity: start of the
/// alert and series, revision 0 when opened and 1 when closed; see docs/decisions/alert-identity.md. Priority 1, so that it brings a
/// commit forward.
/// </remarks>
sealed class AlertRecords
{
    const int TopMoments = 3, MostFeatures = 64;
    readonly ScoreSettings _settings;
    readonly StageContext _context;
    readonly ScoreEngine _engine;
    readonly JsonBuffer _json = new(), _id = new();
    double[] _off = [];
    int[] _order = [];

    public AlertRecords(ScoreSettings settings, StageContext context, ScoreEngine engine)
    {
        (_settings, _context, _engine) = (settings, context, engine);
        if (settings.Threshold is not null) context.Records.AddPriority(RecordPriority.Alert);
    }

    /// <summary>Writes the alert of a row that opened or closed one.</summary>
    public void WriteAlert(int row, AlertChange change)
    {
        var unit = _engine.UnitOf(row);
        var alert = unit.Alert!;
        var isClosed = change == AlertChange.Closed;
        _json.Clear();
        _json.Raw(unit.Head!.Json);
        _json.Raw(isClosed ? "\"alert\":\"closed\",\"start\":"u8 : "\"alert\":\"opened\",\"start\":"u8);
        _json.Time(alert.StartNs);
        if (isClosed)
        {
            _json.Raw(",\"end\":"u8);
            _json.Time(alert.EndNs);
        }

        _json.Raw(",\"peak_time\":"u8);
        _json.Time(alert.PeakNs);
        Member(",\"peak\":"u8, alert.Peak);
        Member(",\"threshold\":"u8, alert.StartThreshold);
        Member(",\"score\":"u8, alert.Score);
        if (!isClosed) WriteFeatures(row);
        AlertTail.WriteModel(_json, _engine.Model?.Identity);
        _context.Identity.WriteSummary(_id, alert.StartNs, isClosed ? 1 : 0, unit.Head.IdLabels);
        _context.Records.Write(RecordKind.Alert, RecordPriority.Alert, unit.Head, isClosed ? alert.EndNs : alert.StartNs, _id.Bytes,
            _json.Bytes);
    }

    /// <summary>Writes the score of a reading.</summary>
    public void WriteScore(int row, double value, ScoreOutcome outcome, double score)
    {
        var unit = _engine.UnitOf(row);
        _json.Clear();
        _json.Raw(unit.Head!.Json);
        _json.Raw("\"time\":"u8);
        _json.Time(_engine.TimeOf(row));
        Member(",\"value\":"u8, value);
        Member(",\"score\":"u8, score);
        if (outcome == ScoreOutcome.Stale) _json.Raw(",\"stale\":true"u8);
        if (unit.Alert is { } alert) Member(",\"threshold\":"u8, alert.Threshold);
        AlertTail.WriteModel(_json, _engine.Model?.Identity);
        _context.Identity.WriteReading(_id, _engine.TimeOf(row), value, unit.Head.IdLabels);
        _context.Records.Write(RecordKind.Score, 0, unit.Head, _engine.TimeOf(row), _id.Bytes, _json.Bytes);
    }

    // Of the newest moment each field; of readings the newest of the series.
    void WriteFeatures(int row)
    {
        var features = _engine.FeaturesOf(row);
        var (width, last) = (_settings.Width, _settings.Last);
        var count = Math.Min(width == 1 ? last : width, MostFeatures);
        _json.Raw(",\"features\":["u8);
        for (var i = 0; i < count; i++)
        {
            if (i > 0) _json.Raw(","u8);
            var at = width == 1 ? features.Length - count + i : PlaceOf(i, last - 1);
            _json.Number(_engine.Unscaled(at, features[at]));
        }

        _json.Raw("],\"feature_names\":["u8);
        for (var i = 0; i < Math.Min(width, MostFeatures); i++) Item(i, _settings.FieldNames[i]);
        _json.Raw("]"u8);
        if (_settings.Score is ScoreKind.ReconstructionMae or ScoreKind.ReconstructionMax or ScoreKind.ReconstructionMse)
            WriteContributions(features, _engine.OutputsOf(row));
    }

    void WriteContributions(ReadOnlySpan<double> features, ReadOnlySpan<double> outputs)
    {
        var count = _settings.Width == 1 ? _settings.Last : _settings.Width;
        if (_off.Length == 0) (_off, _order) = (new double[count], new int[count]);
        double sum = 0;
        for (var i = 0; i < count; i++)
        {
            _order[i] = i;
            sum += _off[i] = _settings.Width == 1 ? Off(features, outputs, i) : OffOf(i, features, outputs);
        }

        // The largest first; of the same size in their order.
        Array.Sort(_order, (a, b) => _off[b] != _off[a] ? _off[b].CompareTo(_off[a]) : a.CompareTo(b));
        var shown = Math.Min(count, _settings.Width == 1 ? TopMoments : MostFeatures);
        _json.Raw(",\"contributions\":["u8);
        for (var i = 0; i < shown; i++) Item(i, NameOf(_order[i]));
        _json.Raw("],\"contribution_shares\":["u8);
        for (var i = 0; i < shown; i++)
        {
            if (i > 0) _json.Raw(","u8);
            _json.Number(sum > 0 ? Math.Round(_off[_order[i]] / sum, 4) : 0);
        }

        _json.Raw("]"u8);
    }

    double OffOf(int field, ReadOnlySpan<double> features, ReadOnlySpan<double> outputs)
    {
        var (sum, largest, last) = (0.0, 0.0, _settings.Last);
        for (var moment = 0; moment < last; moment++)
        {
            var off = Off(features, outputs, PlaceOf(field, moment));
            (sum, largest) = (sum + off, Math.Max(largest, off));
        }

        return _settings.Contributions switch
        {
            ContributionKind.Max => largest,
            ContributionKind.Mean => sum / last,
            _ => sum,
        };
    }

    int PlaceOf(int field, int moment) =>
        _engine.Settings.FieldMajor ? (field * _settings.Last) + moment : (moment * _settings.Width) + field;

    static double Off(ReadOnlySpan<double> features, ReadOnlySpan<double> outputs, int i) =>
        (features[i] - outputs[i]) * (features[i] - outputs[i]);

    // A field; of readings, a moment of the only one.
    string NameOf(int place)
    {
        if (_settings.Width > 1) return _settings.FieldNames[place];
        var name = _settings.FieldNames[0];
        return _settings.Last == 1 ? name : $"{name}[-{_settings.Last - 1 - place}]";
    }

    void Item(int at, string text)
    {
        if (at > 0) _json.Raw(","u8);
        _json.Text(text);
    }

    void Member(ReadOnlySpan<byte> name, double value)
    {
        _json.Raw(name);
        _json.Number(value);
    }
}
