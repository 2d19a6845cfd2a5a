using System.Text;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Formats.Nmea;
using EdgeAgent.Core.Lines;
using EdgeAgent.Tests.Lines;
using Xunit;

namespace EdgeAgent.Tests.Formats.Nmea;

public sealed class NmeaFormatReaderTests
{
    static string Sealed(string body) => $"${body}*{Checksum.Xor(Encoding.ASCII.GetBytes(body)):X2}";

    static NmeaFormatSettings Nmea(params NmeaField[] more) => new() { Fields = [.. NmeaStandard.Fields, .. more] };

    static (BadReason Reason, Dictionary<string, double> Values) Decode(FormatSettings format, string line)
    {
        var run = new LineRun(format);
        return (run.Decode(line), run.Values);
    }

    // Sentences as the gpsd project's reference pages show them; both checks are those printed there.
    [Fact]
    public void Reads_gga()
    {
        var (status, values) = Decode(Nmea(), "$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47");
        Assert.Equal(BadReason.None, status);
        Assert.Equal(48.1173, values["latitude_deg"], 1e-9);
        Assert.Equal(11.516666667, values["longitude_deg"], 1e-9);
        Assert.Equal((1, 8, 0.9, 545.4), (values["fix_quality"], values["satellites"], values["hdop"], values["altitude_m"]));
    }

    [Fact]
    public void Reads_rmc_with_its_time()
    {
        var run = new LineRun(Nmea() with { GnssTime = true });
        Assert.Equal(BadReason.None, run.Decode(Sealed("GPRMC,123519.250,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W")));
        Assert.Equal(22.4 * 1852 / 3600, run.Values["speed_mps"], 1e-9);
        Assert.Equal(84.4, run.Values["course_deg"]);
        Assert.Equal(new DateTimeOffset(1994, 3, 23, 12, 35, 19, 250, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1_000_000, run.TimeNs);
        Assert.Equal("$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A",
            Sealed("GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W"));
    }

    [Fact]
    public void Gga_over_midnight_takes_the_nearest_day()
    {
        var run = new LineRun(Nmea() with { GnssTime = true });
        Assert.Equal(LineRun.ArrivalNs, TimeOf("GPGGA,000001,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,"));
        var before = TimeOf("GPRMC,235959,A,4807.038,N,01131.000,E,0,0,311226,,");
        var after = TimeOf("GPGGA,000001,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,");
        Assert.Equal(2_000_000_000, after - before);

        long TimeOf(string body)
        {
            run.Decode(Sealed(body));
            return run.TimeNs;
        }
    }

    [Fact]
    public void Reads_wind_depth_course_and_transducers()
    {
        var decoder = Nmea(
            new() { Sentence = "XDR", Transducer = "TempAir", Metric = "air_c" },
            new() { Sentence = "XYZ", Index = 2, Metric = "second", Scale = 10 });
        Assert.Equal(5, Decode(decoder, Sealed("WIMWV,214.8,R,18.0,K,A")).Values["wind_speed_relative_mps"], 1e-12);
        Assert.Equal(214.8, Decode(decoder, Sealed("WIMWV,214.8,T,0.1,N,A")).Values["wind_angle_true_deg"]);
        Assert.Equal(2.3, Decode(decoder, Sealed("SDDPT,2.3,0.5")).Values["depth_m"]);
        Assert.Equal(10 * 1852 / 3600.0, Decode(decoder, Sealed("GPVTG,054.7,T,034.4,M,10.0,N,018.5,K")).Values["speed_mps"], 1e-12);
        Assert.Equal(19.52, Decode(decoder, Sealed("WIXDR,P,1.02481,B,Barometer,C,19.52,C,TempAir")).Values["air_c"]);
        Assert.Equal(70, Decode(decoder, Sealed("PXYZ,1,7")).Values["second"]);
    }

    [Theory]
    [InlineData("GPGGA,123519,4807.038,N,01131.000,E,0,00,,,M,,M,,", BadReason.NotValid)]
    [InlineData("GPRMC,123519,V,,,,,,,230394,,", BadReason.NotValid)]
    [InlineData("GPRMC,123519,A,4807.038,N,01131.000,E,0,0,230394,,,N", BadReason.NotValid)]
    [InlineData("WIMWV,214.8,R,18.0,K,V", BadReason.NotValid)]
    [InlineData("GPZZZ,1", BadReason.NotAsked)]
    [InlineData("GP", BadReason.Malformed)]
    [InlineData("GPDPT,x", BadReason.NotAsked)]
    [InlineData("GPGGA,1,9999.0,N,01131.000,E,1,,,,,,,,", BadReason.None)]
    public void Says_why_there_is_nothing(string body, BadReason expected) =>
        Assert.Equal(expected, Decode(Nmea(), Sealed(body)).Reason);

    [Fact]
    public void Refuses_a_wrong_or_missing_check()
    {
        var decoder = Nmea();
        Assert.Equal(BadReason.BadCheck, Decode(decoder, "$SDDPT,2.3,0.5*00").Reason);
        Assert.Equal(BadReason.BadCheck, Decode(decoder, "$SDDPT,2.3,0.5").Reason);
        Assert.Equal(BadReason.None, Decode(Nmea() with { NeedCheck = false }, "$SDDPT,2.3,0.5").Reason);
    }

    [Fact]
    public void Reads_several_sentences_of_one_payload()
    {
        var run = new LineRun(Nmea() with { GnssTime = true });
        var first = Sealed("GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W");
        var last = Sealed("GPGGA,123520,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,");
        var text = $"\n{first}\r\n$SDDPT,2.3,0.5*00\r\n{Sealed("GPZZZ,1")}\n\n{last}\r\n";
        Assert.Equal(BadReason.BadCheck, run.Decode(text));
        Assert.Equal(10, run.Readings.Values.Length);
        Assert.Equal(545.4, run.Values["altitude_m"]);
        Assert.Equal(BadReason.NotAsked, run.Decode(Sealed("GPZZZ,1") + "\r\n" + Sealed("GPZZZ,2")));
    }
}
