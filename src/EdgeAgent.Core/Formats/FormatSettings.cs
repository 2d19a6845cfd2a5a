namespace EdgeAgent.Core.Formats;

/// <summary>The <c>decode</c> section: how payloads become readings. One sealed record a format.</summary>
/// <remarks>A format is a folder with its settings, spec and reader; this seam makes it serve every source.</remarks>
public abstract record FormatSettings
{
    /// <summary>Bytes that frames start with on a line whose configuration does not say; empty for none.</summary>
    public virtual byte[] LineStart => [];

    /// <summary>Whether each payload carries its event time, so that two of equal bytes are the same message.</summary>
    public virtual bool CarriesTime => false;

    /// <summary>A reader of this format for one subscription or line.</summary>
    /// <exception cref="ArgumentException">The settings were not checked: a path or pattern does not parse.</exception>
    internal abstract FormatReader CreateReader();
}
