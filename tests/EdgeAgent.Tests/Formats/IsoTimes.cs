using System.Globalization;
using EdgeAgent.Core.Formats;
using Xunit;

namespace EdgeAgent.Tests.Formats;

public sealed class IsoTimes
{
    [Theory]
    [InlineData("1970-01-01T00:00:00Z", 0L)]
    [InlineData("1970-01-01", 0L)]
    [InlineData("1970-01-01T00:00", 0L)]
    [InlineData("1970-01-01T00:00:00", 0L)]
    [InlineData("1970-01-01 00:00:00z", 0L)]
    [InlineData("1969-12-31t23:59:59.999999999Z", -1L)]
    [InlineData("1970-01-01T01:00:00+01:00", 0L)]
    [InlineData("1969-12-31T19:30:00-0430", 0L)]
    [InlineData("1970-01-01T02+02", null)]
    [InlineData("1970-01-01T02:00+02", 0L)]
    [InlineData("1970-01-01T00:00:00.1Z", 100_000_000L)]
    [InlineData("1970-01-01T00:00:00,123456789999Z", 123_456_789L)]
    [InlineData("1970-01-01T23:59:60Z", 86_400_000_000_000L)]
    [InlineData("2262-04-11T23:47:16.854775807Z", long.MaxValue)]
    [InlineData("2262-04-11T23:47:16.854775808Z", null)]
    [InlineData("1677-09-21T00:12:43.145224192Z", long.MinValue)]
    [InlineData("1677-09-21T00:12:43.145224191Z", null)]
    [InlineData("2024-02-29T00:00:00Z", 1_709_164_800_000_000_000L)]
    [InlineData("2023-02-29T00:00:00Z", null)]
    [InlineData("0000-01-01T00:00:00Z", null)]
    [InlineData("2023-13-01T00:00:00Z", null)]
    [InlineData("2023-01-01T24:00:00Z", null)]
    [InlineData("2023-01-01T00:60:00Z", null)]
    [InlineData("2023-01-01T00:00:61Z", null)]
    [InlineData("2023-01-01T00:00:00.Z", null)]
    [InlineData("2023-01-01T00:00:00ZZ", null)]
    [InlineData("2023-01-01T00:00:00+24:00", null)]
    [InlineData("2023-01-01T00:00:00+1", null)]
    [InlineData("2023-01-01T", null)]
    [InlineData("2023-1-1", null)]
    [InlineData("", null)]
    public void Value_or_refusal(string text, long? expected)
    {
        Assert.Equal(expected is not null, IsoTime.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out var ns));
        if (expected is not null) Assert.Equal(expected, ns);
    }

    [Fact]
    public void Equals_date_time_offset()
    {
        var random = new Random(41);
        for (var i = 0; i < 100_000; i++)
        {
            var offset = TimeSpan.FromMinutes(random.Next(-14 * 60, 14 * 60));
            var time = new DateTimeOffset(random.NextInt64(new DateTime(1700, 1, 1).Ticks, new DateTime(2260, 1, 1).Ticks), offset);
            var text = time.ToString("yyyy-MM-ddTHH:mm:ss.fffffffK", CultureInfo.InvariantCulture);
            Assert.True(IsoTime.TryParse(System.Text.Encoding.ASCII.GetBytes(text), out var ns), text);
            Assert.Equal((time.UtcTicks - DateTime.UnixEpoch.Ticks) * 100, ns);
        }
    }

    [Fact]
    public void Never_throws_wherever_it_is_torn()
    {
        var text = "2023-11-14T22:13:20.123456789+01:00"u8.ToArray();
        for (var length = 0; length < text.Length; length++) IsoTime.TryParse(text.AsSpan(0, length), out _);
        var random = new Random(42);
        for (var i = 0; i < 100_000; i++)
        {
            var changed = (byte[])text.Clone();
            changed[random.Next(text.Length)] = (byte)random.Next(256);
            IsoTime.TryParse(changed, out _);
        }
    }
}
