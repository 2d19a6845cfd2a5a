namespace EdgeAgent.Core.Formats;

/// <summary>What became of one frame.</summary>
public enum LineStatus : byte
{
    /// <summary>At least one value was read.</summary>
    Ok,

    /// <summary>Sound, but nothing of it is asked for.</summary>
    Ignored,

    /// <summary>Sound, but it says itself that its values are not valid (no fix, status V).</summary>
    NotValid,

    /// <summary>Shorter than its fields need.</summary>
    Truncated,

    /// <summary>Its own check is wrong (NMEA).</summary>
    BadCheck,

    /// <summary>Not of the expected shape.</summary>
    Malformed,
}

/// <summary>Reads the values of one frame.</summary>
/// <remarks>The set of fields is fixed by the settings, so a source interns their series once. One call a frame; does not
/// allocate, never throws on input. May keep state between frames (the date of a GNSS clock); single-threaded.</remarks>
public interface ILineDecoder
{
    /// <summary>The <c>metric</c> label of each field.</summary>
    IReadOnlyList<string> Metrics { get; }

    /// <summary>Reads a frame.</summary>
    /// <param name="payload">The frame's payload.</param>
    /// <param name="arrivalNs">When it arrived [ns since the Unix epoch].</param>
    /// <param name="values">One place a field; NaN where the frame has none or it is out of its valid range.</param>
    /// <param name="timeNs">Event time: the frame's own, or the arrival.</param>
    LineStatus Decode(ReadOnlySpan<byte> payload, long arrivalNs, Span<double> values, out long timeNs);
}
