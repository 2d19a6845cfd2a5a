using System.Globalization;

namespace EdgeAgent.Storage;

/// <summary>What of a damaged database was carried over, and what was not.</summary>
public sealed record SalvageResult
{
    /// <summary>The damaged file.</summary>
    public required string From { get; init; }

    /// <summary>Unsent records carried over.</summary>
    public required long Records { get; init; }

    /// <summary>Rows of stages' memory carried over.</summary>
    public required long StateRows { get; init; }

    /// <summary>Sources whose progress was carried over.</summary>
    public required long Sources { get; init; }

    /// <summary>Unsent records known to be lost.</summary>
    public required long LostRecords { get; init; }

    /// <summary>Segments of records that fail their checksum, or whose output is not known any more.</summary>
    public required long LostSegments { get; init; }

    /// <summary>Rows of memory that fail their checksum, or whose stage is not known any more.</summary>
    public required long LostStateRows { get; init; }

    /// <summary>Rows of progress that fail their checksum.</summary>
    public required long LostSources { get; init; }

    /// <summary>Pages and cells that hold nothing that can be read.</summary>
    public required long Unreadable { get; init; }

    /// <summary>The same for people.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"Carried over from {From}: {Records} unsent records, {StateRows} rows of windows and other memory, "
            + $"the progress of {Sources} sources. "
            + $"Lost: {LostRecords} unsent records for certain ({LostSegments} damaged segments), {LostStateRows} rows of memory, "
            + $"the progress of {LostSources} sources; {Unreadable} pages or cells cannot be read. "
            + $"Windows whose newest row was lost go on from an older one or anew.");
}
