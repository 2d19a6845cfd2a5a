using EdgeAgent.Core.Drift;
using System.Text;
using EdgeAgent.Core.Alerts;
using EdgeAgent.Core.Models;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.Stages;

namespace EdgeAgent.Core.Stages.Scores;

/// <summary>Writes the drift alerts of one stage as records. Single-threaded.</summary>
/// <remarks>
/// One flat JSON object: <c>pipeline</c>, <c>alert</c> (<c>opened</c> or <c>closed</c>), <c>drift</c> (<c>input.</c> and the field, or
/// <c>score</c>), <c>start</c>, <c>end</c> when closed, <c>peak_time</c>, <c>peak</c>, <c>psi</c>, <c>threshold</c>, <c>count</c> (values
/// the index was made of); when opened <c>bins</c> (upper limits of all bins but the last), <c>expected</c> and <c>observed</c> (shares of
/// the bins); then <c>model</c>, <c>model_version</c>, <c>model_sha256</c>. It belongs to no series, so it has no labels. Identity: start
/// and quantity, revision 0 when opened and 1 when closed; see docs/decisions/drift.md. Priority of an alert.
/// </remarks>
sealed class DriftRecords
{
    readonly StageContext _context;
    readonly RecordHead _head;
    readonly JsonBuffer _json = new(), _id = new();

    public DriftRecords(StageContext context)
    {
        _context = context;
        _head = context.Records.Encoder.HeadOf(LabelSet.Empty);
        // A reload may bring drift to a stage that had none.
        context.Records.AddPriority(RecordPriority.Alert);
    }

    /// <summary>Writes what became of the alert of <paramref name="quantity"/>.</summary>
    public void Write(DriftQuantity quantity, AlertChange change, IModel? model)
    {
        var isClosed = change == AlertChange.Closed;
        _json.Clear();
        _json.Raw(_head.Json);
        _json.Raw(isClosed ? "\"alert\":\"closed\",\"drift\":"u8 : "\"alert\":\"opened\",\"drift\":"u8);
        _json.Text(quantity.Name);
        Time(",\"start\":"u8, quantity.StartNs);
        if (isClosed) Time(",\"end\":"u8, quantity.EndNs);
        Time(",\"peak_time\":"u8, quantity.PeakNs);
        Number(",\"peak\":"u8, Rounded(quantity.Peak));
        Number(",\"psi\":"u8, Rounded(quantity.Index));
        Number(",\"threshold\":"u8, quantity.Threshold);
        Number(",\"count\":"u8, quantity.IndexCount);
        if (!isClosed)
        {
            Numbers(",\"bins\":["u8, quantity.Shift.Edges, round: false);
            Numbers(",\"expected\":["u8, quantity.Shift.Reference, round: true);
            Numbers(",\"observed\":["u8, quantity.Shift.Shares, round: true);
        }

        AlertTail.WriteModel(_json, model?.Identity);
        _context.Identity.WriteSummary(_id, quantity.StartNs, isClosed ? 1 : 0, Encoding.UTF8.GetBytes("~drift=" + quantity.Name));
        _context.Records.Write(RecordKind.Alert, RecordPriority.Alert, _head, isClosed ? quantity.EndNs : quantity.StartNs, _id.Bytes,
            _json.Bytes);
    }

    static double Rounded(double share) => Math.Round(share, 4);

    void Time(ReadOnlySpan<byte> name, long timeNs)
    {
        _json.Raw(name);
        _json.Time(timeNs);
    }

    void Number(ReadOnlySpan<byte> name, double value)
    {
        _json.Raw(name);
        _json.Number(value);
    }

    void Numbers(ReadOnlySpan<byte> name, ReadOnlySpan<double> values, bool round)
    {
        _json.Raw(name);
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0) _json.Raw(","u8);
            _json.Number(round ? Rounded(values[i]) : values[i]);
        }

        _json.Raw("]"u8);
    }
}
