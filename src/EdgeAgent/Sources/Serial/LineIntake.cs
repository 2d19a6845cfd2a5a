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
    const int MaxRoutes = 10_000;
    static readonly byte[] Topic = "line"u8.ToArray();
    readonly LineFramer _framer;
    readonly MessageDecoder _decoder;

    /// <summary>An intake for checked settings.</summary>
    public LineIntake(SerialSourceSettings settings, SeriesTable table)
    {
        _framer = new LineFramer(settings.Frame);
        _decoder = new MessageDecoder([new() { Topic = "line", Decode = settings.Decode, Labels = settings.Labels }], table, MaxRoutes);
    }

    /// <summary>Frames cut.</summary>
    public long Frames { get; private set; }

    /// <summary>Bytes that belonged to no frame.</summary>
    public long SkippedBytes { get; private set; }

    /// <summary>Frames with a wrong check, those of the format's own check included.</summary>
    public long BadChecks { get; private set; }

    /// <summary>Frames that gave nothing because they are not as configured.</summary>
    public long Malformed { get; private set; }

    /// <summary>Frames that gave nothing because they call their own values invalid.</summary>
    public long NotValid { get; private set; }

    /// <summary>Sound frames of which nothing is asked for.</summary>
    public long Ignored { get; private set; }

    /// <summary>Samples whose time was missing or unreadable and became the time of arrival.</summary>
    public long TimesReplaced => _decoder.TimesReplaced;

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
    public void Forget(ReadOnlySpan<int> gone) => _decoder.Forget(gone);

    /// <summary>Tells the table when series were last read; gate closed.</summary>
    public void ReportSeen() => _decoder.ReportSeen();

    void Decode(ReadOnlySpan<byte> payload, SourceFeed feed)
    {
        var result = _decoder.Decode(Topic, payload, feed.Now.WallNs, feed.Batch, feed);
        switch (result.Reason)
        {
            case BadReason.None or BadReason.TooManySeries:
                break;
            case BadReason.BadCheck:
                BadChecks++;
                break;
            case BadReason.NotAsked:
                if (result.Readings == 0) Ignored++;
                break;
            case BadReason.NotValid:
                if (result.Readings == 0) NotValid++;
                break;
            default:
                if (result.Readings == 0) Malformed++;
                break;
        }
    }
}
