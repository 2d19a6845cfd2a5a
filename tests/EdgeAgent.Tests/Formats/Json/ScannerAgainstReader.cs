using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Formats.Json;
using EdgeAgent.Tests.Decoding;
using Xunit;

namespace EdgeAgent.Tests.Formats.Json;

/// <summary>The scanner accepts exactly what <see cref="Utf8JsonReader"/> accepts and finds what
/// <see cref="JsonDocument"/> finds.</summary>
public sealed class ScannerAgainstReader
{
    static readonly PathTree Nothing = new();

    [Fact]
    public void Accepts_the_same()
    {
        var mutations = new Mutations(21);
        var scanner = new JsonScanner(0);
        var accepted = 0;
        for (var i = 0; i < 200_000; i++)
        {
            var payload = mutations.Damaged();
            var expected = Utf8.IsValid(payload) && ReaderAccepts(payload);
            if (expected) accepted++;
            if (expected == Accepts(scanner, payload)) continue;
            Assert.Fail($"payload {i}, reader accepts: {expected}: {Encoding.UTF8.GetString(payload)}");
        }

        Assert.InRange(accepted, 10_000, 190_000);
    }

    [Fact]
    public void Accepts_the_same_torn_at_every_byte()
    {
        var mutations = new Mutations(22);
        var scanner = new JsonScanner(0);
        for (var i = 0; i < 300; i++)
        {
            var payload = mutations.Good();
            for (var length = 0; length <= payload.Length; length++)
            {
                var torn = payload[..length];
                Assert.Equal(Utf8.IsValid(torn) && ReaderAccepts(torn), Accepts(scanner, torn));
            }
        }
    }

    [Fact]
    public void Finds_the_same_number()
    {
        var mutations = new Mutations(23);
        var run = new DecodeRun(10, 10, false, DecodeRun.Json());
        var compared = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var payload = mutations.Damaged();
            if (!Utf8.IsValid(payload) || !ReaderAccepts(payload)) continue;
            using var document = JsonDocument.Parse(payload);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("value", out var element))
                continue;
            if (element.ValueKind != JsonValueKind.Number || !double.IsFinite(element.GetDouble())) continue;
            var value = element.GetDouble();
            var text = BitConverter.DoubleToInt64Bits(value) == long.MinValue ? "-0"
                : value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal($"device=d,metric=m|now|{text}", run.Decode("s/d/m"u8, payload));
            compared++;
        }

        Assert.True(compared > 3_000, $"only {compared} compared");
    }

    static bool Accepts(JsonScanner scanner, byte[] payload) => scanner.TryScanDocument(payload, Nothing, true);

    static bool ReaderAccepts(byte[] payload)
    {
        try
        {
            var reader = new Utf8JsonReader(payload);
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
