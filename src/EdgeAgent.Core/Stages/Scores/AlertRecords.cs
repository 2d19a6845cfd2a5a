using EdgeAgent.Core.Alerts;
using EdgeAgent.Core.Records;

namespace EdgeAgent.Core.Stages.Scores;

/// <summary>Writes scores and alerts of one stage as records. Single-threaded.</summary>
/// <remarks>
/// An alert is one flat JSON object: labels, <c>pipeline</c>, <c>alert</c> (<c>opened</c> or <c>closed</c>), <c>start</c>,
/// <c>peak_time</c>, <c>peak</c>, <c>threshold</c>, <c>score</c>; when closed <c>end</c>; when opened <c>features</c> (as measured, oldest
/// first) and, for a reconstruction, <c>contributions</c> (names of the features furthest off, the furthest first) and
/// <c>contribution_shares</c>; then <c>model</c>, <c>model_version</c>, <c>model_sha256</c>. Identity: start of the alert and series,
/// revision 0 when opened and 1 when closed; see docs/decisions/alert-identity.md. Priority 1, so that it brings a commit forward.
/// </remarks>
sealed class AlertRecords
{
    const int TopContributions = 3, MostFeatures = 256;
    readonly ScoreSettings _settings;
    readonly StageContext _context;
    readonly ScoreEngine _engine;
    readonly JsonBuffer _json = new(), _id = new();

    public AlertRecords(ScoreSettings settings, StageContext context, ScoreEngine engine)
    {
        (_settings, _context, _engine) = (settings, context, engine);
        if (settings.Threshold is not null) context.Records.AddPriority(AlertPayload.Priority);
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
        AlertPayload.WriteModel(_json, _engine.Model?.Identity);
        _context.Identity.WriteSummary(_id, alert.StartNs, isClosed ? 1 : 0, unit.Head.IdLabels);
        _context.Records.Write(RecordKind.Alert, AlertPayload.Priority, unit.Head, isClosed ? alert.EndNs : alert.StartNs, _id.Bytes,
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
        AlertPayload.WriteModel(_json, _engine.Model?.Identity);
        _context.Identity.WriteReading(_id, _engine.TimeOf(row), value, unit.Head.IdLabels);
        _context.Records.Write(RecordKind.Score, 0, unit.Head, _engine.TimeOf(row), _id.Bytes, _json.Bytes);
    }

    void WriteFeatures(int row)
    {
        var features = _engine.FeaturesOf(row);
        _json.Raw(",\"features\":["u8);
        for (var i = 0; i < Math.Min(features.Length, MostFeatures); i++)
        {
            if (i > 0) _json.Raw(","u8);
            _json.Number(_engine.Unscaled(i, features[i]));
        }

        _json.Raw("]"u8);
        if (_settings.Score is ScoreKind.ReconstructionMae or ScoreKind.ReconstructionMax or ScoreKind.ReconstructionMse)
            WriteContributions(features, _engine.OutputsOf(row));
    }

    void WriteContributions(ReadOnlySpan<double> features, ReadOnlySpan<double> outputs)
    {
        Span<int> top = stackalloc int[TopContributions];
        double sum = 0;
        var count = 0;
        for (var i = 0; i < features.Length; i++)
        {
            var off = (features[i] - outputs[i]) * (features[i] - outputs[i]);
            sum += off;
            var at = count;
            while (at > 0 && off > Off(features, outputs, top[at - 1])) at--;
            if (at == TopContributions) continue;
            count = Math.Min(count + 1, TopContributions);
            for (var j = count - 1; j > at; j--) top[j] = top[j - 1];
            top[at] = i;
        }

        _json.Raw(",\"contributions\":["u8);
        for (var i = 0; i < count; i++)
        {
            if (i > 0) _json.Raw(","u8);
            _json.Text(NameOf(top[i]));
        }

        _json.Raw("],\"contribution_shares\":["u8);
        for (var i = 0; i < count; i++)
        {
            if (i > 0) _json.Raw(","u8);
            _json.Number(sum > 0 ? Math.Round(Off(features, outputs, top[i]) / sum, 4) : 0);
        }

        _json.Raw("]"u8);
    }

    static double Off(ReadOnlySpan<double> features, ReadOnlySpan<double> outputs, int i) =>
        (features[i] - outputs[i]) * (features[i] - outputs[i]);

    string NameOf(int feature)
    {
        var (field, age) = _settings.FieldMajor
            ? (feature / _settings.Last, _settings.Last - 1 - (feature % _settings.Last))
            : (feature % _settings.Width, _settings.Last - 1 - (feature / _settings.Width));
        var name = _settings.FieldNames[field];
        return _settings.Last == 1 ? name : $"{name}[-{age}]";
    }

    void Member(ReadOnlySpan<byte> name, double value)
    {
        _json.Raw(name);
        _json.Number(value);
    }
}
