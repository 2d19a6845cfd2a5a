using EdgeAgent.Core.Formats.Binary;
using EdgeAgent.Core.Formats.Cayenne;
using EdgeAgent.Core.Formats.Documents;
using EdgeAgent.Core.Formats.Json;
using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.Formats.Lorawan;

/// <summary>Reads uplinks of ChirpStack 4 (<c>fPort</c>, <c>data</c>, <c>object</c>) and The Things Stack v3
/// (<c>uplink_message</c>).</summary>
/// <remarks>
/// The first sample holds the signal and the values at fixed places; those of Cayenne LPP and of the server's own decoding follow, a sample
/// each. Sources: chirpstack.io/docs, "Events"; thethingsindustries.com/docs, "Data formats".
/// </remarks>
sealed class LorawanReader : FormatReader
{
    /// <summary>The label of the device.</summary>
    public const string DeviceLabel = "device";

    const int MetricStart = 128;

    readonly LorawanFormatSettings _settings;
    readonly JsonDocumentParser _parser = new();
    readonly Document _document = new();
    readonly NumberWalk _decoded;
    readonly CayenneWalk _cayenne = new();
    readonly (int Port, bool IsCayenne, BinaryField[] Fields, int FirstPlace)[] _ports;
    readonly int _rssi;
    readonly int _value;
    readonly int _metric;
    readonly int _channel;
    readonly int _device;
    readonly int _time;
    byte[] _own = new byte[256];
    byte[] _bytes = new byte[256];
    int _length;
    int _at;
    int _unknownPort = -1;
    bool _isCayenne;

    /// <summary>A reader for checked settings.</summary>
    public LorawanReader(LorawanFormatSettings settings)
    {
        _settings = settings;
        _decoded = new NumberWalk(_document, _parser);
        var fields = new List<FieldPlace>();
        _ports = [.. settings.Uplinks.Select(u =>
        {
            var first = fields.Count;
            foreach (var field in u.Fields) fields.Add(new(Optional(field.Metric), fields.Count));
            return (u.Port ?? 0, u.IsCayenne, u.Fields.ToArray(), first);
        })];
        _rssi = fields.Count;
        if (settings.TakesSignal)
        {
            fields.Add(new(Optional("rssi"), _rssi));
            fields.Add(new(Optional("snr"), _rssi + 1));
        }

        _value = fields.Count;
        fields.Add(new(new() { Path = "decoded", Optional = true }, _value));
        (_metric, _channel, _device, _time) = (_value + 1, _value + 2, _value + 3, _value + 4);
        Layout = new SampleLayout
        {
            Fields = fields,
            Time = new(new() { Path = "time", Unit = TimeUnit.Iso8601 }, _time),
            Labels =
            [
                new(DeviceLabel, DeviceLabel, _device), new(LabelSet.Metric, "type", _metric, Optional: true),
                new(CayenneReader.ChannelLabel, CayenneReader.ChannelLabel, _channel, Optional: true),
            ],
        };
        Places = new PayloadValue[_time + 1];

        static FieldSettings Optional(string metric) => new() { Path = metric, Metric = metric, Optional = true };
    }

    /// <inheritdoc/>
    public override SampleLayout Layout { get; }

    /// <inheritdoc/>
    public override PayloadValue[] Places { get; }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> OwnText => _own;

    /// <inheritdoc/>
    public override int Unescape(ReadOnlySpan<byte> text, Span<byte> target) => _parser.Unescape(text, target);

    /// <inheritdoc/>
    public override bool TryRead(ReadOnlySpan<byte> payload, ref ReadCursor cursor)
    {
        if (!cursor.HasMore)
        {
            if (!TryOpen(payload, ref cursor)) return false;
            cursor.HasMore = _isCayenne || _decoded.IsWalking || _unknownPort >= 0;
            if (HasFixed()) return true;
            if (!cursor.HasMore) return false;
        }

        if (_unknownPort >= 0)
        {
            cursor.HasMore = false;
            return cursor.Fail(BadReason.UnknownPort, null, _unknownPort);
        }

        foreach (ref var place in Places.AsSpan(0, _value)) place.Kind = ValueKind.NotAsked;
        if (_isCayenne) return NextOfCayenne(ref cursor);
        var node = _decoded.Next(payload, ref _own, MetricStart, out var length);
        cursor.HasMore = _decoded.IsWalking;
        if (node < 0) return false;
        Places[_value] = _document[node].Value;
        Places[_metric].Set(MetricStart, MetricStart + length, ValueKind.OwnString);
        return true;
    }

    bool NextOfCayenne(ref ReadCursor cursor)
    {
        var failure = _cayenne.Next(_bytes.AsSpan(0, _length), ref _at, ref Places[_value], ref Places[_metric], ref Places[_channel]);
        cursor.HasMore = failure == BadReason.None && _at < _length;
        if (failure == BadReason.None)
        {
            _cayenne.Text.CopyTo(_own);
            return true;
        }

        return failure == BadReason.NotAsked ? false : cursor.Fail(failure, null, failure == BadReason.Truncated ? _length : _at);
    }

    bool HasFixed()
    {
        foreach (ref readonly var place in Places.AsSpan(0, _value))
            if (place.Kind is not (ValueKind.NotAsked or ValueKind.Absent)) return true;
        return false;
    }

    bool TryOpen(ReadOnlySpan<byte> payload, ref ReadCursor cursor)
    {
        var at = 0;
        if (!_parser.TryRead(payload, ref at, _document, ref cursor)) return false;
        foreach (ref var place in Places.AsSpan()) place.Kind = ValueKind.NotAsked;
        (_isCayenne, _unknownPort) = (false, -1);
        _decoded.Stop();
        var things = Member(payload, 0, "uplink_message"u8);
        var isThings = things >= 0;
        var uplink = isThings ? things : 0;
        var info = Member(payload, 0, isThings ? "end_device_ids"u8 : "deviceInfo"u8);
        var device = Member(payload, info, isThings ? "device_id"u8 : "deviceName"u8);
        if (device < 0 && !isThings) device = Member(payload, info, "devEui"u8);
        var data = Member(payload, uplink, isThings ? "frm_payload"u8 : "data"u8);
        var decoded = Member(payload, uplink, isThings ? "decoded_payload"u8 : "object"u8);
        if (data < 0 && decoded < 0) return cursor.Fail(BadReason.NotAsked);
        Take(_device, device);
        Take(_time, Member(payload, 0, isThings ? "received_at"u8 : "time"u8));

        var counter = Member(payload, uplink, isThings ? "f_cnt"u8 : "fCnt"u8);
        var memory = cursor.Memory.Kept as UplinkMemory;
        if (memory is null) cursor.Memory.Kept = memory = new UplinkMemory();
        if (counter >= 0 && data >= 0
            && memory.IsRepeat(_document[counter].Value.Number.Mantissa, _document[data].Value.TextIn(payload), cursor.ArrivalNs))
            return cursor.Fail(BadReason.NotAsked);
        if (_settings.TakesSignal)
        {
            var gateway = _document.FirstInOrNone(Member(payload, isThings ? uplink : 0, isThings ? "rx_metadata"u8 : "rxInfo"u8));
            Take(_rssi, Member(payload, gateway, "rssi"u8));
            Take(_rssi + 1, Member(payload, gateway, "snr"u8));
        }

        if (_settings.TakesDecoded && decoded >= 0 && _document.IsContainer(decoded)) _decoded.Start(decoded);
        else if (data >= 0) return TryBytes(payload, uplink, isThings, data, ref cursor);
        return true;
    }

    bool TryBytes(ReadOnlySpan<byte> payload, int uplink, bool isThings, int data, ref ReadCursor cursor)
    {
        var port = Member(payload, uplink, isThings ? "f_port"u8 : "fPort"u8);
        var number = port >= 0 && _document[port].Value.Kind == ValueKind.Number ? _document[port].Value.Number.Mantissa : 0;
        foreach (var (wanted, isCayenne, fields, firstPlace) in _ports)
        {
            if (wanted != 0 && (ulong)wanted != number) continue;
            if (PayloadCoding.Base64(_document[data].Value.TextIn(payload), ref _bytes, out _length) >= 0)
                return cursor.Fail(BadReason.BadEncoding, "data", _document[data].Value.Start);
            (_isCayenne, _at) = (isCayenne, 0);
            if (isCayenne) _cayenne.Start();
            for (var i = 0; i < fields.Length; i++)
            {
                if (fields[i].Offset + fields[i].SizeBytes > _length) return cursor.Fail(BadReason.Truncated, null, _length);
                fields[i].Read(_bytes.AsSpan(0, _length), ref Places[firstPlace + i]);
            }

            return true;
        }

        // An uplink without bytes only answers the network.
        if (_ports.Length == 0 || _document[data].Value.TextIn(payload).IsEmpty) return HasFixed() || cursor.Fail(BadReason.NotAsked);
        _unknownPort = (int)Math.Min(number, int.MaxValue);
        return true;
    }

    int Member(ReadOnlySpan<byte> payload, int parent, ReadOnlySpan<byte> name)
    {
        if (parent < 0 || _document[parent].Value.Kind != ValueKind.Object) return -1;
        for (var node = _document.FirstIn(parent); node >= 0; node = _document.NextIn(parent, node))
            if (payload[_document[node].NameStart.._document[node].NameEnd].SequenceEqual(name)) return node;
        return -1;
    }

    void Take(int place, int node)
    {
        if (node < 0) Places[place].Kind = ValueKind.Absent;
        else Places[place] = _document[node].Value;
    }
}
