using System.Globalization;
using System.Text;
using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Formats.Json;
using EdgeAgent.Core.Readings;
using Xunit;

namespace EdgeAgent.Tests.Decoding;

/// <summary>One decoder with all it needs, and its readings as text.</summary>
sealed class DecodeRun : IBatchReceiver
{
    public const long Arrival = 1_700_000_000_500_000_000;

    readonly ReadingBatch _batch = new();
    readonly List<string> _readings = [];

    public DecodeRun(params SubscriptionSettings[] subscriptions) : this(100, 100, true, subscriptions)
    {
    }

    public DecodeRun(int maxSeries, int maxRoutes, bool shapes, params SubscriptionSettings[] subscriptions)
    {
        Series = new SeriesTable(maxSeries, maxLabelBytes: 1024);
        Decoder = new MessageDecoder(subscriptions, Series, maxRoutes) { RemembersShapes = shapes };
    }

    public long ArrivalNs { get; init; } = Arrival;

    public SeriesTable Series { get; }

    public MessageDecoder Decoder { get; }

    public int Flushes { get; private set; }

    public static SubscriptionSettings Json(string value = "$.value", string? time = null, TimeUnit unit = TimeUnit.Milliseconds) => new()
    {
        Topic = "s/{device}/{metric}",
        Decode = new JsonFormatSettings
        {
            Fields = [new() { Path = value }],
            Time = time is null ? null : new() { Path = time, Unit = unit },
        },
    };

    /// <summary>Decodes one message; the readings as <c>canonical labels|time|value[|quality]</c>,
    /// then the reason if there is one.</summary>
    public string Decode(string topic, string payload) => Decode(Encoding.UTF8.GetBytes(topic), Encoding.UTF8.GetBytes(payload));

    public string Decode(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        _readings.Clear();
        _batch.Count = 0;
        var result = Decoder.Decode(topic, payload, ArrivalNs, _batch, this);
        Collect(_batch);
        Assert.Equal(result.Readings, _readings.Count);
        if (result.Reason != BadReason.None) _readings.Add(result.Reason.ToString());
        return string.Join(' ', _readings);
    }

    public DecodeResult DecodeOnly(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        _batch.Count = 0;
        return Decoder.Decode(topic, payload, ArrivalNs, _batch, this);
    }

    public long[] Counts() => [.. Enum.GetValues<BadReason>().Select(Decoder.CountOf)];

    public void Flush(ReadingBatch batch)
    {
        Assert.Equal(ReadingBatch.Capacity, batch.Count);
        Collect(batch);
        batch.Count = 0;
        Flushes++;
    }

    void Collect(ReadingBatch batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            var bits = BitConverter.DoubleToInt64Bits(batch.Value[i]);
            var value = bits == BitConverter.DoubleToInt64Bits(-0.0) ? "-0" : batch.Value[i].ToString("R", CultureInfo.InvariantCulture);
            var time = batch.TimeNs[i] == Arrival ? "now" : batch.TimeNs[i].ToString(CultureInfo.InvariantCulture);
            var quality = batch.Quality[i] == 0 ? "" : $"|q{batch.Quality[i]}";
            _readings.Add($"{Series.LabelsOf(batch.Series[i]).Canonical}|{time}|{value}{quality}");
        }
    }
}
