namespace EdgeAgent.Core.Formats.Nmea;

/// <summary>The fields that are read when a source names only sentences (IEC 61162-1 §8.3).</summary>
public static class NmeaStandard
{
    /// <summary>Metres per second in a knot.</summary>
    public const double Knot = 1852.0 / 3600.0;

    /// <summary>All fields of the standard sentences known here.</summary>
    public static readonly IReadOnlyList<NmeaField> Fields =
    [
        new() { Sentence = "GGA", Index = 2, Kind = NmeaFieldKind.Degrees, Metric = "latitude_deg" },
        new() { Sentence = "GGA", Index = 4, Kind = NmeaFieldKind.Degrees, Metric = "longitude_deg" },
        new() { Sentence = "GGA", Index = 6, Metric = "fix_quality" },
        new() { Sentence = "GGA", Index = 7, Metric = "satellites" },
        new() { Sentence = "GGA", Index = 8, Metric = "hdop" },
        new() { Sentence = "GGA", Index = 9, Metric = "altitude_m" },
        new() { Sentence = "RMC", Index = 3, Kind = NmeaFieldKind.Degrees, Metric = "latitude_deg" },
        new() { Sentence = "RMC", Index = 5, Kind = NmeaFieldKind.Degrees, Metric = "longitude_deg" },
        new() { Sentence = "RMC", Index = 7, Metric = "speed_mps", Scale = Knot },
        new() { Sentence = "RMC", Index = 8, Metric = "course_deg" },
        new() { Sentence = "VTG", Index = 1, Metric = "course_deg" },
        new() { Sentence = "VTG", Index = 5, Metric = "speed_mps", Scale = Knot },
        new() { Sentence = "MWV", Index = 1, OnlyIfIndex = 2, OnlyIfValue = 'R', Metric = "wind_angle_relative_deg" },
        new() { Sentence = "MWV", Index = 1, OnlyIfIndex = 2, OnlyIfValue = 'T', Metric = "wind_angle_true_deg" },
        new()
        {
            Sentence = "MWV", Index = 3, OnlyIfIndex = 2, OnlyIfValue = 'R', Kind = NmeaFieldKind.Speed, Metric = "wind_speed_relative_mps"
        },
        new()
        {
            Sentence = "MWV", Index = 3, OnlyIfIndex = 2, OnlyIfValue = 'T', Kind = NmeaFieldKind.Speed, Metric = "wind_speed_true_mps"
        },
        new() { Sentence = "DPT", Index = 1, Metric = "depth_m" },
        new() { Sentence = "DPT", Index = 2, Metric = "depth_offset_m" },
    ];

    /// <summary>The standard fields of the named sentences; null when one of them has none.</summary>
    public static IReadOnlyList<NmeaField>? For(IReadOnlyList<string> sentences) =>
        sentences.All(s => Fields.Any(f => f.Sentence == s)) ? [.. Fields.Where(f => sentences.Contains(f.Sentence))] : null;
}
