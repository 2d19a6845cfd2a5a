namespace EdgeAgent.Core.Formats.Nmea;

/// <summary>One value of a sentence.</summary>
public sealed record NmeaField
{
    /// <summary>Sentence type, three letters.</summary>
    public required string Sentence { get; init; }

    /// <summary>Field number, 1 the first after the address; with <see cref="Transducer"/> not used.</summary>
    public int Index { get; init; }

    /// <summary>XDR: name of the transducer (the last of its four fields); null otherwise.</summary>
    public string? Transducer { get; init; }

    /// <summary>Field number of a letter that must be <see cref="OnlyIfValue"/>; 0 for none.</summary>
    public int OnlyIfIndex { get; init; }

    /// <summary>The letter.</summary>
    public char OnlyIfValue { get; init; }

    /// <summary>Kind.</summary>
    public NmeaFieldKind Kind { get; init; }

    /// <summary>Value of the <c>metric</c> label.</summary>
    public required string Metric { get; init; }

    /// <summary>Factor.</summary>
    public double Scale { get; init; } = 1;
}
