using System.Globalization;
using System.Text;
using EdgeAgent.Configuration.Binding;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Settings;
using Xunit;

namespace EdgeAgent.Tests.Formats;

/// <summary>Times in given forms against <see cref="DateTime"/>, and zones against <see cref="TimeZoneInfo"/>.</summary>
public sealed class TimeTexts
{
    [Theory]
    [InlineData("dd.MM.yyyy HH:mm:ss")]
    [InlineData("d/M/yy h:mm:ss tt")]
    [InlineData("yyyyMMddTHHmmss")]
    [InlineData("ddd, dd MMM yyyy HH:mm:ss")]
    [InlineData("yyyy-MM-dd'T'HH:mm")]
    public void Reads_what_the_framework_writes(string form)
    {
        var format = TimeFormat.TryParse(form, out _)!;
        var random = new Random(7);
        for (var i = 0; i < 2_000; i++)
        {
            var time = new DateTime(1970, 1, 2, 0, 0, 0, DateTimeKind.Utc).AddSeconds(random.NextInt64(0, 3_000_000_000));
            var text = time.ToString(form.Replace("T", "'T'").Replace("''T''", "'T'"), CultureInfo.InvariantCulture);
            var expected = form.Contains("ss") ? time : time.AddSeconds(-time.Second);
            Assert.True(format.TryRead(Encoding.ASCII.GetBytes(text), out var seconds, out _, out var offset), text);
            Assert.Equal(expected, DateTime.UnixEpoch.AddSeconds(seconds));
            Assert.Null(offset);
        }
    }

    [Theory]
    [InlineData("HH:mm:ssf", "12:30:05.25", 45_005, 250_000_000)]
    [InlineData("HH:mm:ssf", "12:30:05", 45_005, 0)]
    [InlineData("yyyy-MM-dd HH:mmz", "1970-01-02 00:00+02:30", 86_400, 0)]
    [InlineData("h tt", "12 am", 0, 0)]
    [InlineData("h tt", "12 PM", 43_200, 0)]
    [InlineData("HH:mm", "24:00", 86_400, 0)]
    [InlineData("HH:mm:ss", "23:59:60", 86_400, 0)]
    public void Reads_parts(string form, string text, long seconds, int fractionNs)
    {
        Assert.True(TimeFormat.TryParse(form, out _)!.TryRead(Encoding.ASCII.GetBytes(text), out var read, out var fraction, out _));
        Assert.Equal((seconds, fractionNs), (read, fraction));
    }

    [Theory]
    [InlineData("HH:mm", "24:01")]
    [InlineData("HH:mm", "12:60")]
    [InlineData("dd.MM.yyyy", "31.02.2026")]
    [InlineData("dd.MM.yyyy", "1.2.2026 ")]
    [InlineData("h tt", "13 pm")]
    [InlineData("dd MMM yyyy", "01 Foo 2026")]
    [InlineData("HH:mmz", "12:00+25")]
    public void Refuses_what_does_not_fit_the_form(string form, string text) =>
        Assert.False(TimeFormat.TryParse(form, out _)!.TryRead(Encoding.ASCII.GetBytes(text), out _, out _, out _));

    [Theory]
    [InlineData("HH:mm:SS", "letter S")]
    [InlineData("yyy", "yyy means nothing")]
    [InlineData("MM.yyyy HH", "a year, a month and a day")]
    [InlineData("'open", "not closed")]
    [InlineData("mm:ss", "neither a date nor an hour")]
    public void Says_what_is_wrong_with_a_form(string form, string words)
    {
        Assert.Null(TimeFormat.TryParse(form, out var error));
        Assert.Contains(words, error);
    }

    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("America/New_York")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Africa/Casablanca")]
    [InlineData("Asia/Kolkata")]
    [InlineData("UTC")]
    public void A_zone_is_what_the_system_says(string id)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(id);
        var rules = Assert.IsType<ZoneRules>(TimeZones.Find(id));
        var random = new Random(8);
        for (var i = 0; i < 5_000; i++)
        {
            var utc = DateTime.UnixEpoch.AddSeconds(random.NextInt64(0, 4_000_000_000));
            var offset = (int)zone.GetUtcOffset(utc).TotalSeconds;
            var seconds = (long)(utc - DateTime.UnixEpoch).TotalSeconds;
            Assert.Equal(offset, rules.OffsetAt(seconds));
            var local = DateTime.SpecifyKind(utc.AddSeconds(offset), DateTimeKind.Unspecified);
            if (!zone.IsAmbiguousTime(local)) Assert.Equal(seconds, rules.ToUtc(seconds + offset));
            else Assert.Contains(rules.ToUtc(seconds + offset),
                zone.GetAmbiguousTimeOffsets(local).Select(o => seconds + offset - (long)o.TotalSeconds));
        }
    }
}
