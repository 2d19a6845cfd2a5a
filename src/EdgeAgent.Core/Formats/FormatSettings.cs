namespace EdgeAgent.Core.Formats;

/// <summary>The <c>decode</c> section: how payloads become readings. One sealed record a format.</summary>
/// <remarks>A format is a folder with its settings, spec and reader; this seam makes it serve every source.</remarks>
public abstract record FormatSettings
{
    /// <summary>Bytes that frames start with on a line whose configuration does not say; empty for none.</summary>
    public virtual byte[] LineStart => [];

    /// <summary>Whether each payload carries its event time, so that two of equal bytes are the same message.</summary>
    public virtual bool CarriesTime => false;

    /// <summary>What the payload is wrapped in before this format begins.</summary>
    public PayloadEncoding Encoding { get; init; }

    /// <summary>Most bytes of a payload once its encoding is undone.</summary>
    public int MaxDecodedBytes { get; init; } = 1 << 20;

    /// <summary>A reader of this format in its encoding.</summary>
    internal FormatReader OpenReader() =>
        Encoding == PayloadEncoding.None ? CreateReader() : new EncodedReader(CreateReader(), Encoding, MaxDecodedBytes);

    /// <summary>A reader of this format for one subscription or line.</summary>
    /// <exception cref="ArgumentException">The settings were not checked: a path or pattern does not parse.</exception>
    internal abstract FormatReader CreateReader();
}
