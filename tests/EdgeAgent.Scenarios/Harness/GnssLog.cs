using System.Globalization;
using System.Text;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>What a GNSS receiver sends in some minutes over midnight, and what it means, by plain code of this test.</summary>
/// <remarks>One cycle a second as receivers do: RMC, VTG, GGA, GSA, GSV, GLL; no fix at the start;
/// a path over equator and meridian of Greenwich.</remarks>
sealed class GnssLog
{
    /// <summary>One second with a fix.</summary>
    public readonly record struct Fix(string Time, double Latitude, double Longitude, double AltitudeM, double SpeedMps, double CourseDeg);

    /// <summary>A log of so many seconds, the first twenty without a fix.</summary>
    public GnssLog(int seconds, int seed)
    {
        var random = new Random(seed);
        var at = new DateTime(2026, 3, 31, 23, 58, 0, DateTimeKind.Utc);
        var (latitude, longitude) = (-0.02m, -0.03m);
        for (var i = 0; i < seconds; i++, at = at.AddSeconds(1))
        {
            var time = at.ToString("HHmmss'.00'", CultureInfo.InvariantCulture);
            var date = at.ToString("ddMMyy", CultureInfo.InvariantCulture);
            if (i < 20)
            {
                Sentences.AddRange(new[]
                {
                    $"GNRMC,{time},V,,,,,,,{date},,,N",
                    "GNVTG,,,,,,,,,N",
                    $"GNGGA,{time},,,,,0,03,99.99,,,,,,",
                    "GNGSA,A,1,,,,,,,,,,,,,99.99,99.99,99.99",
                }.Select(Seal));
                continue;
            }

            (latitude, longitude) = (latitude + 0.0002m, longitude + 0.0003m + random.Next(100) / 1e6m);
            var (north, latitudeText) = Degrees(latitude, 2);
            var (east, longitudeText) = Degrees(longitude, 3);
            var (knots, course, altitude) =
                (random.Next(0, 40_000) / 1000m, random.Next(0, 36_000) / 100m, random.Next(-500, 30_000) / 10m);
            var position = string.Create(CultureInfo.InvariantCulture,
                $"{latitudeText},{(north ? 'N' : 'S')},{longitudeText},{(east ? 'E' : 'W')}");
            Sentences.AddRange(new[]
            {
                string.Create(CultureInfo.InvariantCulture, $"GNRMC,{time},A,{position},{knots:0.000},{course:0.00},{date},,,A"),
                string.Create(CultureInfo.InvariantCulture, $"GNVTG,{course:0.00},T,,M,{knots:0.000},N,{knots * 1.852m:0.000},K,A"),
                string.Create(CultureInfo.InvariantCulture,
                    $"GNGGA,{time},{position},1,{7 + i % 6:00},0.9{i % 10},{altitude:0.0},M,46.9,M,,"),
                "GNGSA,A,3,02,05,12,25,29,31,,,,,,,1.60,0.91,1.32",
                "GPGSV,2,1,07,02,63,071,38,05,28,216,31,12,55,290,40,25,44,156,37",
                "GPGSV,2,2,07,29,31,098,33,31,17,047,29,33,30,200,",
                $"GNGLL,{position},{time},A,A",
            }.Select(Seal));
            Fixes.Add(new(at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), Signed(latitudeText, 2, north),
                Signed(longitudeText, 3, east),
                (double)altitude, (double)knots * 1852 / 3600, (double)course));
        }
    }

    /// <summary>The sentences, whole, with their line ends.</summary>
    public List<string> Sentences { get; } = [];

    /// <summary>What they say.</summary>
    public List<Fix> Fixes { get; } = [];

    static (bool IsPositive, string Text) Degrees(decimal value, int digits)
    {
        var absolute = Math.Abs(value);
        var whole = Math.Truncate(absolute);
        return (value >= 0, whole.ToString(new string('0', digits), CultureInfo.InvariantCulture)
            + ((absolute - whole) * 60).ToString("00.00000", CultureInfo.InvariantCulture));
    }

    static double Signed(string text, int digits, bool isPositive)
    {
        var degrees = int.Parse(text.AsSpan(0, digits), CultureInfo.InvariantCulture)
            + double.Parse(text.AsSpan(digits), CultureInfo.InvariantCulture) / 60;
        return isPositive ? degrees : -degrees;
    }

    static string Seal(string body) => $"${body}*{Encoding.ASCII.GetBytes(body).Aggregate(0, (x, b) => x ^ b):X2}\r\n";
}
