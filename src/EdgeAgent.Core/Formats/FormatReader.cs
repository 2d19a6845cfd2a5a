namespace EdgeAgent.Core.Formats;

/// <summary>Reads the payloads of one format for one subscription or line: sample after sample into <see cref="Places"/>.</summary>
/// <remarks>
/// A reader finds values; labels, series, states, times and appending are one place's work for all formats. Does not allocate
/// for what it has seen, never throws on input, takes time in proportion to the payload. Single-threaded. What must outlast
/// a payload belongs to its topic (<see cref="ReadCursor.Memory"/>), since many devices share a reader.
/// </remarks>
abstract class FormatReader
{
    /// <summary>What stands at each place. Fixed.</summary>
    public abstract SampleLayout Layout { get; }

    /// <summary>The values of the sample at hand, by place; the same array always.</summary>
    public abstract PayloadValue[] Places { get; }

    /// <summary>What the user may want to know of how payloads are read, told once; null for nothing.</summary>
    public string? Note { get; protected set; }

    /// <summary>Reads the next sample of <paramref name="payload"/>.</summary>
    /// <remarks>Called once, and again for as long as it sets <see cref="ReadCursor.HasMore"/>, which is false at the first call.</remarks>
    /// <returns>Whether a sample is in <see cref="Places"/>; if not, <see cref="ReadCursor.Failure"/> says why,
    /// or that there was none.</returns>
    public abstract bool TryRead(ReadOnlySpan<byte> payload, ref ReadCursor cursor);

    /// <summary>Notes that the path of a place, which may be an element's or the document's, is the document's.</summary>
    protected void NoteOuter(int place)
    {
        if (Note is not null) return;
        var path = Layout.Time?.Place == place ? Layout.Time.Settings.Path : Layout.Labels.FirstOrDefault(l => l.Place == place)?.Path;
        if (path is not null)
            Note = $"`{path}` stands in the document and not in the elements of `samples`; it is read there. Write `${path}` to say so.";
    }

    /// <summary>Adds the labels that the text of a place with <see cref="LabelPlace.IsSet"/> stands for.</summary>
    public virtual void AddLabels(ReadOnlySpan<byte> text, List<KeyValuePair<string, string>> labels)
    {
    }

    /// <summary>Where values of kind <see cref="ValueKind.OwnString"/> stand; valid until the next call.</summary>
    public virtual ReadOnlySpan<byte> OwnText => default;

    /// <summary>Writes the text of a value with <see cref="PayloadValue.HasEscapes"/> as it is meant; never longer than it.</summary>
    /// <returns>Bytes written.</returns>
    public virtual int Unescape(ReadOnlySpan<byte> text, Span<byte> target)
    {
        text.CopyTo(target);
        return text.Length;
    }
}
