namespace EdgeAgent.Core.Formats.Nmea;

/// <summary>How a field of a sentence becomes a number.</summary>
public enum NmeaFieldKind : byte
{
    /// <summary>A decimal number.</summary>
    Number,

    /// <summary><c>ddmm.mmmm</c> with the hemisphere in the next field, as degrees.</summary>
    Degrees,

    /// <summary>A speed whose unit (N, K, M or S) is in the next field, as m/s (MWV).</summary>
    Speed,
}
