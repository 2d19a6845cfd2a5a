using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Lines;
using EdgeAgent.Core.Readings;
using EdgeAgent.Flow;

namespace EdgeAgent.Sources.Serial;

/// <summary>From received bytes to readings: frames, then their payloads.</summary>
/// <remarks>Source thread; decoding under the gate. Counts are read by any thread.</remarks>
sealed class LineIntake
{
    const int Unknown = -2;
    static readonly byte[] NoTopic = "line"u8.ToArray();
    readonly LineFramer _framer;
    readonly ILineDecoder? _decoder;
    readonly MessageDecoder? _messages;
    readonly SeriesTable _table;
    readonly LabelSet[] _labels;
    readonly int[] _ids;
    readonly double[] _values;
    readonly long[] _byStatus = new long[Enum.GetValues<LineStatus>().Length];
    int _seenTick;
    int _generation = -1;

    /// <summary>An intake for checked settings.</summary>
    public LineIntake(SerialSourceSettings settings, SeriesTable table)
    {
        _table = table;
        _framer = new LineFramer(settings.Frame);
        _decoder = settings.Format?.CreateDecoder();
        if (settings.Payload is { } payload)
            _messages = new MessageDecoder([new SubscriptionSettings { Topic = "line", Decode = payload, Labels = settings.Labels }], table, maxRoutes: 10_000);
        var metrics = _decoder?.Metrics ?? [];
        _labels = [.. metrics.Select(m => LabelSet.Of(settings.Labels.Append(new(LabelSet.Metric, m))))];
        _ids = [.. metrics.Select(_ => Unknown)];
        _values = new double[metrics.Count];
    }

    /// <summary>Frames cut.</summary>
    public long Frames { get; private set; }

    /// <summary>Bytes that belonged to no frame.</summary>
    public long SkippedBytes { get; private set; }

    /// <summary>Frames with a wrong check, those of the format's own check included.</summary>
    public long BadChecks { get; private set; }

    /// <summary>How often a frame came to <paramref name="status"/>.</summary>
    public long CountOf(LineStatus status) => _byStatus[(int)status];

    /// <summary>Takes all frames of <paramref name="bytes"/>; under the gate.</summary>
    /// <returns>Bytes done with.</returns>
    public int Take(ReadOnlySpan<byte> bytes, bool silent, SourceFeed feed)
    {
        var done = 0;
        while (true)
        {
            var rest = bytes[done..];
            var found = _framer.TryRead(rest, silent);
            done += found.Consumed;
            SkippedBytes += found.SkippedBytes;
            BadChecks += found.BadChecks;
            if (!found.Found) return done;
            Frames++;
            Decode(rest[found.Payload], feed);
        }
    }

    /// <summary>Drops series; gate closed.</summary>
    public void Forget(ReadOnlySpan<int> gone)
    {
        _messages?.Forget(gone);
        for (var i = 0; i < _ids.Length; i++)
            if (_ids[i] >= 0 && gone.Contains(_ids[i])) _ids[i] = Unknown;
    }

    /// <summary>Tells the table when series were last read; gate closed.</summary>
    public void ReportSeen()
    {
        _messages?.ReportSeen();
        _table.MarkSeen(_ids, _seenTick);
    }

    void Decode(ReadOnlySpan<byte> payload, SourceFeed feed)
    {
        var arrivalNs = feed.Now.WallNs;
        if (_messages is not null)
        {
            var result = _messages.Decode(NoTopic, payload, arrivalNs, feed.Batch, feed);
            _byStatus[(int)(result.Readings > 0 ? LineStatus.Ok : LineStatus.Malformed)]++;
            return;
        }

        var status = _decoder!.Decode(payload, arrivalNs, _values, out var timeNs);
        _byStatus[(int)status]++;
        if (status == LineStatus.BadCheck) BadChecks++;
        if (status != LineStatus.Ok) return;
        _seenTick = _table.Tick;
        if (_generation != _table.Generation)
        {
            _generation = _table.Generation;
            _ids.AsSpan().Replace(-1, Unknown);
        }

        for (var i = 0; i < _values.Length; i++)
        {
            if (double.IsNaN(_values[i])) continue;
            if (_ids[i] == Unknown) _ids[i] = _table.Intern(_labels[i]);
            if (_ids[i] < 0) continue;
            if (feed.Batch.IsFull) feed.Flush(feed.Batch);
            feed.Batch.Add(_ids[i], timeNs, _values[i]);
        }
    }
}
