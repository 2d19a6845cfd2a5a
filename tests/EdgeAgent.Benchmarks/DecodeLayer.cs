using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Formats.Binary;
using EdgeAgent.Core.Formats.Cbor;
using EdgeAgent.Core.Formats.Csv;
using EdgeAgent.Core.Formats.Influx;
using EdgeAgent.Core.Formats.Json;
using EdgeAgent.Core.Formats.MessagePack;
using EdgeAgent.Core.Formats.Number;
using EdgeAgent.Core.Readings;

namespace EdgeAgent.Benchmarks;

/// <summary>Payload to readings: topic look-up, parse, append. 1,000 series in turn, fixed seed.</summary>
sealed class DecodeLayer : IBatchReceiver
{
    const int Series = 1_000;
    const int Messages = 4_000;
    const int Passes = 16;

    /// <summary>About what one socket read of 64 KiB holds.</summary>
    const int BatchReadings = 768;

    readonly ReadingBatch _batch = new();
    readonly MessageDecoder _decoder;
    readonly byte[] _bytes;
    readonly (int Topic, int TopicLength, int Payload, int PayloadLength)[] _messages;

    DecodeLayer(FormatSettings decode, bool shapes, int messages, Func<int, Random, string> payload, Encoding encoding)
    {
        _decoder = new MessageDecoder([new() { Topic = "sensors/{site}/{device}/{metric}", Decode = decode }],
            new SeriesTable(8 * Series), 8 * Series)
        {
            RemembersShapes = shapes,
        };
        _messages = new (int, int, int, int)[messages];
        var random = new Random(1);
        var bytes = new MemoryStream();
        for (var i = 0; i < messages; i++)
        {
            var topic = Encoding.UTF8.GetBytes($"sensors/plant{i % Series / 100}/device{i % Series % 100:D3}/temperature");
            var body = encoding.GetBytes(payload(i, random));
            _messages[i] = ((int)bytes.Length, topic.Length, (int)bytes.Length + topic.Length, body.Length);
            bytes.Write(topic);
            bytes.Write(body);
        }

        _bytes = bytes.ToArray();
    }

    public static void Run(string cases)
    {
        var json = new JsonFormatSettings
        {
            Fields = [new() { Path = "$.value" }],
            Time = new() { Path = "$.ts", Unit = TimeUnit.Milliseconds },
        };
        var iso = json with { Time = new() { Path = "$.ts", Unit = TimeUnit.Iso8601 } };
        var fields = json with { Fields = [new()
        {
            Path = "$.t",
            Metric = "t",
        }, new() { Path = "$.h", Metric = "h" }, new() { Path = "$.p", Metric = "p" }] };
        var samples = json with { Samples = "$.samples" };
        Case("json any", json, false, (i, r) => $"{{\"ts\":{Time(i)},\"value\":{Value(r)}}}");
        Case("json shape", json, true, (i, r) => $"{{\"ts\":{Time(i)},\"value\":{Value(r)}}}");
        Case("json any, 17 digits", json, false, (i, r) => $"{{\"ts\":{Time(i)},\"value\":{Long(r)}}}");
        Case("json shape, 17 digits", json, true, (i, r) => $"{{\"ts\":{Time(i)},\"value\":{Long(r)}}}");
        Case("json any, 6 members", json, false, Six);
        Case("json shape, 6 members", json, true, Six);
        Case("json any, iso time", iso, false, (i, r) => $"{{\"ts\":\"{Iso(i)}\",\"value\":{Value(r)}}}");
        Case("json shape, iso time", iso, true, (i, r) => $"{{\"ts\":\"{Iso(i)}\",\"value\":{Value(r)}}}");
        Case("json any, 3 fields", fields, false, Three);
        Case("json shape, 3 fields", fields, true, Three);
        Case("json never the same shape", json, true, (i, r) => $"{{\"ts\":{Time(i)},\"k{i}\":0,\"value\":{Value(r)}}}");
        Case("json 100 samples", samples, true, (i, r) =>
            "{\"samples\":["
                + $"{string.Join(',', Enumerable.Range(0, 100).Select(k => $"{{\"ts\":{Time(i + k)},\"value\":{Value(r)}}}"))}]}}");
        Case("number", new NumberFormatSettings(), true, (_, r) => Value(r));
        Case("csv", new CsvFormatSettings { Columns = ["ts", "value"], Fields = [new() { Path = "value" }], Time = new() { Path = "ts" } },
            true, (i, r) => $"{Time(i)},{Value(r)}\r\n");
        Case("text with unit", new NumberFormatSettings(), true, (_, r) => $"{Value(r)} °C");
        Case("json wildcards, 4 readings", json with { Fields = [new() { Path = "$.s.{k}.value" }] }, true, (i, r) =>
            $"{{\"ts\":{Time(i)},\"s\":{{{string.Join(',', Enumerable.Range(0, 4).Select(k => $"\"s{k}\":{{\"value\":{Value(r)}}}"))}}}}}");
        LabelSettings[] two = [new("site", "$.site"), new("device", "$.dev")];
        Case("json, 2 labels", json with { LabelPaths = two }, true, (i, r) => MixedPayloads.Json(i, Time(i), Value(r)));
        Case("cbor, 2 labels", new CborFormatSettings { Fields = json.Fields, Time = json.Time, LabelPaths = two }, true,
            (i, r) => MixedPayloads.Cbor(i, Time(i), r.Next(9999) / 100.0), Encoding.Latin1);
        Case("msgpack, 2 labels", new MessagePackFormatSettings { Fields = json.Fields, Time = json.Time, LabelPaths = two }, true,
            (i, r) => MixedPayloads.MessagePack(i, Time(i), r.Next(9999) / 100.0), Encoding.Latin1);
        Case("influx, 2 tags", new InfluxFormatSettings { Unit = TimeUnit.Milliseconds }, true,
            (i, r) => MixedPayloads.Influx(i, Time(i), Value(r)));
        Case("binary, 3 fields", new BinaryFormatSettings
        {
            Fields =
            [
                new() { Metric = "t", Offset = 0, Type = BinaryType.I16, Scale = new(0.1, 0) }, new() { Metric = "h", Offset = 2 },
                new() { Metric = "p", Offset = 3, Type = BinaryType.F32 },
            ],
        }, true, (_, r) => $"{(char)r.Next(4)}{(char)r.Next(256)}{(char)r.Next(100)}D{(char)r.Next(128)}{(char)r.Next(256)}\0",
            Encoding.Latin1);

        void Case(string name, FormatSettings decode, bool shapes, Func<int, Random, string> payload, Encoding? encoding = null)
        {
            if (!name.Contains(cases, StringComparison.Ordinal)) return;
            var hasSamples = decode is JsonFormatSettings { Samples: not null };
            var layer = new DecodeLayer(decode, shapes, hasSamples ? Messages / 10 : Messages, payload, encoding ?? Encoding.UTF8);
            Measure.Print("decode", name, layer._messages.Length, hasSamples ? 1 : Passes, layer.Decode);
            for (var reason = BadReason.NotJson; reason <= BadReason.TooLarge; reason++)
                if (layer._decoder.CountOf(reason) > 0) Console.WriteLine($"  {layer._decoder.TakeSample(reason)}");
            if (name != "json any") return;
            Measure.Print("decode", "  Utf8JsonReader alone", Messages, Passes, layer.ReadByFramework);
            Measure.Print("decode", "  topic look-up alone", Messages, Passes, layer.LookUp);
        }

        static long Time(int i) => 1_700_000_000_123L + i;
        static string Iso(int i) =>
            DateTimeOffset.FromUnixTimeMilliseconds(Time(i)).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        static string Value(Random r) => (15 + r.Next(1000) / 100.0).ToString("F2", CultureInfo.InvariantCulture);
        static string Long(Random r) => (15 + 10 * r.NextDouble()).ToString("R", CultureInfo.InvariantCulture);
        static string Six(int i, Random r) =>
            $"{{\"id\":\"dev-{i % Series}\",\"seq\":{i},\"ts\":{Time(i)},\"status\":\"ok\",\"value\":{Value(r)},\"unit\":\"°C\"}}";
        static string Three(int i, Random r) => $"{{\"ts\":{Time(i)},\"t\":{Value(r)},\"h\":{Value(r)},\"p\":10{Value(r)}}}";
    }

    /// <inheritdoc/>
    public void Flush(ReadingBatch batch) => batch.Count = 0;

    void Decode()
    {
        foreach (ref readonly var message in _messages.AsSpan())
        {
            _decoder.Decode(Topic(in message), Payload(in message), 1_700_000_000_000_000_000, _batch, this);
            if (_batch.Count >= BatchReadings) _batch.Count = 0;
        }
    }

    void LookUp()
    {
        foreach (ref readonly var message in _messages.AsSpan())
            if (!_decoder.IsKnown(Topic(in message))) throw new InvalidOperationException("an unknown topic");
    }

    /// <summary>The payload alone by the framework's reader, for comparison.</summary>
    void ReadByFramework()
    {
        long time = 0;
        double value = 0;
        foreach (ref readonly var message in _messages.AsSpan())
        {
            var reader = new Utf8JsonReader(Payload(in message));
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName) continue;
                if (reader.ValueTextEquals("ts"u8))
                {
                    reader.Read();
                    time += reader.GetInt64();
                }
                else if (reader.ValueTextEquals("value"u8))
                {
                    reader.Read();
                    value += reader.GetDouble();
                }
            }
        }

        if (time == 0 || value == 0) throw new InvalidOperationException("nothing was read");
    }

    ReadOnlySpan<byte> Topic(in (int Topic, int TopicLength, int, int) message) => _bytes.AsSpan(message.Topic, message.TopicLength);

    ReadOnlySpan<byte> Payload(in (int, int, int Payload, int PayloadLength) message) =>
        _bytes.AsSpan(message.Payload, message.PayloadLength);
}
