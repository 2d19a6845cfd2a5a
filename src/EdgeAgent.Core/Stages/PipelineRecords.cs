using System.Text;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.Settings;

namespace EdgeAgent.Core.Stages;

/// <summary>Puts records into the lanes of a pipeline's outputs. Single-threaded, under the pipeline's lock.</summary>
public sealed class PipelineRecords
{
    readonly IReadOnlyList<OutputSettings> _outputs;
    readonly PipelineCounters _counters;
    readonly List<PipelineLane> _lanes = [];
    readonly JsonBuffer _id = new();
    readonly byte[]?[] _lateTopics;

    internal PipelineRecords(string pipeline, IReadOnlyList<OutputSettings> outputs, PipelineCounters counters)
    {
        _outputs = outputs;
        _counters = counters;
        Encoder = new RecordEncoder(pipeline, outputs);
        _lateTopics = [.. outputs.Select(o => o.LateTopic is { } topic ? Encoding.UTF8.GetBytes(topic) : null)];
        TakesLate = Array.Exists(_lateTopics, topic => topic is not null);
        AddPriority(RecordPriority.Summary);
    }

    /// <summary>All lanes: those of priority 0 in the order of the outputs, then those of the priorities stages asked for.</summary>
    public IReadOnlyList<PipelineLane> Lanes => _lanes;

    /// <summary>Makes heads and payloads.</summary>
    public RecordEncoder Encoder { get; }

    /// <summary>Looks at each record when set.</summary>
    public IPipelineTap? Tap { get; set; }

    /// <summary>Whether an output takes readings that came too late.</summary>
    public bool TakesLate { get; }

    /// <summary>Makes lanes for a priority other than 0. Called by stages that need them, when they are built.</summary>
    public void AddPriority(int priority)
    {
        if (_lanes.Exists(l => l.Priority == priority)) return;
        foreach (var output in _outputs) _lanes.Add(new PipelineLane(output.Name, priority, new LaneBuffer()));
    }

    /// <summary>Writes a summary to every output.</summary>
    public void Write(RecordIdentity identity, RecordHead head, Summary summary)
    {
        identity.WriteSummary(_id, summary.StartNs, summary.Revision, head.IdLabels);
        Write(RecordKind.Summary, RecordPriority.Summary, head, summary.EndNs, _id.Bytes, Encoder.Encode(head, summary));
    }

    /// <summary>Writes a reading to every output; <see cref="RecordPriority.Raw"/> was given to <see cref="AddPriority"/>.</summary>
    public void Write(RecordIdentity identity, RecordHead head, long timeNs, double value, byte quality)
    {
        identity.WriteReading(_id, timeNs, value, head.IdLabels);
        Write(RecordKind.Reading, RecordPriority.Raw, head, timeNs, _id.Bytes, Encoder.Encode(head, timeNs, value, quality));
    }

    /// <summary>Writes a reading that came too late to the outputs that take such; priority as of a reading.</summary>
    public void WriteLate(RecordIdentity identity, RecordHead head, long timeNs, double value, long watermarkNs)
    {
        identity.WriteReading(_id, timeNs, value, head.IdLabels);
        var payload = Encoder.EncodeLate(head, timeNs, value, watermarkNs);
        var first = FirstOf(RecordPriority.Raw);
        for (var i = 0; i < _outputs.Count; i++)
            if (_lateTopics[i] is { } topic)
                Count(_lanes[first + i].Records.Append(RecordKind.Late, timeNs, topic, head.Keys[i], _id.Bytes, payload));
        Tap?.Record(RecordKind.Late, head, timeNs, payload);
    }

    /// <summary>Writes a record to every output that takes its kind.
    /// <paramref name="priority"/> is 0 or was given to <see cref="AddPriority"/>.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="priority">The lanes it goes to.</param>
    /// <param name="head">From <see cref="RecordEncoder.HeadOf"/>; topic and key come from it.</param>
    /// <param name="timeNs">Window end or event time [ns since the Unix epoch].</param>
    /// <param name="id">Its identity, unique for the agent and the same after a replay; see docs/decisions/identity.md.</param>
    /// <param name="payload">JSON.</param>
    public void Write(
        RecordKind kind, int priority, RecordHead head, long timeNs, ReadOnlySpan<byte> id, ReadOnlySpan<byte> payload)
    {
        var first = FirstOf(priority);
        for (var i = 0; i < _outputs.Count; i++)
            if (kind == RecordKind.Alert || !_outputs[i].AlertsOnly)
                Count(_lanes[first + i].Records.Append(kind, timeNs, head.Topics[i], head.Keys[i], id, payload));
        Tap?.Record(kind, head, timeNs, payload);
    }

    int FirstOf(int priority)
    {
        var first = 0;
        while (first < _lanes.Count && _lanes[first].Priority != priority) first++;
        return first;
    }

    void Count(bool isTaken)
    {
        if (isTaken) _counters.RecordsOut++;
        else _counters.RecordsTooLong++;
    }
}
