namespace EdgeAgent.Core.Formats.Documents;

/// <summary>A format of documents with paths into them.</summary>
public abstract record DocumentFormatSettings : FieldFormatSettings
{
    /// <summary>Path of an array whose elements are samples, or with wildcards of the samples themselves; null when a document is
    /// one.</summary>
    public string? Samples { get; init; }

    /// <summary>Path of an array of names for the positions of rows, or null.</summary>
    public string? Columns { get; init; }

    /// <summary>A parser of its documents.</summary>
    internal abstract DocumentParser CreateParser();
}
