using System.Text;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Formats.Binary;
using EdgeAgent.Core.Formats.Nmea;
using EdgeAgent.Core.Formats.Regex;
using EdgeAgent.Core.Lines;
using Xunit;

namespace EdgeAgent.Tests.Lines;

public sealed class LineDecoderTests
{
    static string Sealed(string body) => $"${body}*{Checksum.Xor(Encoding.ASCII.GetBytes(body)):X2}";

    static (LineStatus Status, Dictionary<string, double> Values, long TimeNs) Decode(ILineDecoder decoder, string line) =>
        Decode(decoder, Encoding.ASCII.GetBytes(line));

    static (LineStatus Status, Dictionary<string, double> Values, long TimeNs) Decode(ILineDecoder decoder, byte[] line)
    {
        var values = new double[decoder.Metrics.Count];
        Array.Fill(values, double.NaN);
        var status = decoder.Decode(line, 1, values, out var timeNs);
        var named = new Dictionary<string, double>();
        for (var i = 0; i < values.Length; i++)
            if (!double.IsNaN(values[i])) named[decoder.Metrics[i]] = values[i];
        return (status, named, timeNs);
    }

    // Sentences as the gpsd project's reference pages show them; both checks are those printed there.
    [Fact]
    public void Reads_gga()
    {
        var (status, values, _) = Decode(new NmeaDecoder(NmeaStandard.Fields), "$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47");
        Assert.Equal(LineStatus.Ok, status);
        Assert.Equal(48.1173, values["latitude_deg"], 1e-9);
        Assert.Equal(11.516666667, values["longitude_deg"], 1e-9);
        Assert.Equal((1, 8, 0.9, 545.4), (values["fix_quality"], values["satellites"], values["hdop"], values["altitude_m"]));
    }

    [Fact]
    public void Reads_rmc_with_its_time()
    {
        var decoder = new NmeaDecoder(NmeaStandard.Fields, gnssTime: true);
        var (status, values, timeNs) = Decode(decoder, Sealed("GPRMC,123519.250,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W"));
        Assert.Equal(LineStatus.Ok, status);
        Assert.Equal(22.4 * 1852 / 3600, values["speed_mps"], 1e-9);
        Assert.Equal(84.4, values["course_deg"]);
        Assert.Equal(new DateTimeOffset(1994, 3, 23, 12, 35, 19, 250, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1_000_000, timeNs);
        Assert.Equal("$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A", Sealed("GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W"));
    }

    [Fact]
    public void Gga_over_midnight_takes_the_nearest_day()
    {
        var decoder = new NmeaDecoder(NmeaStandard.Fields, gnssTime: true);
        Assert.Equal(1, Decode(decoder, Sealed("GPGGA,000001,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,")).TimeNs);
        var before = Decode(decoder, Sealed("GPRMC,235959,A,4807.038,N,01131.000,E,0,0,311226,,")).TimeNs;
        var after = Decode(decoder, Sealed("GPGGA,000001,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,")).TimeNs;
        Assert.Equal(2_000_000_000, after - before);
    }

    [Fact]
    public void Reads_wind_depth_course_and_transducers()
    {
        NmeaField[] fields =
        [
            .. NmeaStandard.Fields,
            new() { Sentence = "XDR", Transducer = "TempAir", Metric = "air_c" },
            new() { Sentence = "XYZ", Index = 2, Metric = "second", Scale = 10 },
        ];
        var decoder = new NmeaDecoder(fields);
        Assert.Equal(5, Decode(decoder, Sealed("WIMWV,214.8,R,18.0,K,A")).Values["wind_speed_relative_mps"], 1e-12);
        Assert.Equal(214.8, Decode(decoder, Sealed("WIMWV,214.8,T,0.1,N,A")).Values["wind_angle_true_deg"]);
        Assert.Equal(2.3, Decode(decoder, Sealed("SDDPT,2.3,0.5")).Values["depth_m"]);
        Assert.Equal(10 * 1852 / 3600.0, Decode(decoder, Sealed("GPVTG,054.7,T,034.4,M,10.0,N,018.5,K")).Values["speed_mps"], 1e-12);
        Assert.Equal(19.52, Decode(decoder, Sealed("WIXDR,P,1.02481,B,Barometer,C,19.52,C,TempAir")).Values["air_c"]);
        Assert.Equal(70, Decode(decoder, Sealed("PXYZ,1,7")).Values["second"]);
    }

    [Theory]
    [InlineData("GPGGA,123519,4807.038,N,01131.000,E,0,00,,,M,,M,,", LineStatus.NotValid)]
    [InlineData("GPRMC,123519,V,,,,,,,230394,,", LineStatus.NotValid)]
    [InlineData("GPRMC,123519,A,4807.038,N,01131.000,E,0,0,230394,,,N", LineStatus.NotValid)]
    [InlineData("WIMWV,214.8,R,18.0,K,V", LineStatus.NotValid)]
    [InlineData("GPZZZ,1", LineStatus.Ignored)]
    [InlineData("GP", LineStatus.Malformed)]
    [InlineData("GPDPT,x", LineStatus.Ignored)]
    [InlineData("GPGGA,1,9999.0,N,01131.000,E,1,,,,,,,,", LineStatus.Ok)]
    public void Says_why_there_is_nothing(string body, LineStatus expected) =>
        Assert.Equal(expected, Decode(new NmeaDecoder(NmeaStandard.Fields), Sealed(body)).Status);

    [Fact]
    public void Refuses_a_wrong_or_missing_check()
    {
        var decoder = new NmeaDecoder(NmeaStandard.Fields);
        Assert.Equal(LineStatus.BadCheck, Decode(decoder, "$SDDPT,2.3,0.5*00").Status);
        Assert.Equal(LineStatus.BadCheck, Decode(decoder, "$SDDPT,2.3,0.5").Status);
        Assert.Equal(LineStatus.Ok, Decode(new NmeaDecoder(NmeaStandard.Fields, needCheck: false), "$SDDPT,2.3,0.5").Status);
    }

    [Fact]
    public void Reads_binary_fields()
    {
        var decoder = new BinaryDecoder(
        [
            new() { Metric = "a", Offset = 0, Type = BinaryType.I24 },
            new() { Metric = "b", Offset = 3, Type = BinaryType.U16, BigEndian = false, Scale = 0.1, Add = 1 },
            new() { Metric = "c", Offset = 5, Type = BinaryType.F32, BigEndian = false },
            new() { Metric = "d", Offset = 9, Type = BinaryType.U8, FirstBit = 2, BitCount = 3 },
            new() { Metric = "e", Offset = 9, Type = BinaryType.I8, Max = 10 },
            new() { Metric = "f", Offset = 10, Type = BinaryType.I64, BigEndian = false },
        ]);
        byte[] frame = [0xFF, 0xFF, 0xFE, 0x0A, 0x00, 0x00, 0x00, 0x80, 0x3F, 0b0101_0110, 0xFD, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
        var (status, values, _) = Decode(decoder, frame);
        Assert.Equal(LineStatus.Ok, status);
        Assert.Equal((-2, 2, 1, 5, -3), (values["a"], values["b"], values["c"], values["d"], values["f"]));
        Assert.False(values.ContainsKey("e"));
        Assert.Equal(LineStatus.Truncated, Decode(decoder, frame[..^1]).Status);
    }

    [Fact]
    public void Reads_the_groups_of_a_pattern()
    {
        var pattern = BytePattern.TryParse("^S\\s+(?<w>[-+]?\\d+[.,]\\d+) (?:kg|(?<g>\\d+) g)", out _)!;
        var decoder = new PatternDecoder(pattern, [new("w", "weight", 2, 1), new("g", "grams")]);
        var (status, values, _) = Decode(decoder, "S   12,25 kg");
        Assert.Equal((LineStatus.Ok, 25.5), (status, values["weight"]));
        Assert.False(values.ContainsKey("grams"));
        Assert.Equal(LineStatus.Malformed, Decode(decoder, "S x").Status);
    }
}
