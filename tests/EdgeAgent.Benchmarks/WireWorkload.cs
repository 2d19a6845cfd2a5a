using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace EdgeAgent.Benchmarks;

/// <summary>PUBLISH packets (MQTT 5.0 if not said otherwise) encoded beforehand: the one workload that all layers of the stack are
/// measured on.</summary>
/// <remarks>
/// 1,000 series in turn, about 85 bytes a packet, event times rising by 10 ms a round of all series and pass by pass, so that
/// windows close for ever; fixed seed. With <c>any</c> every message differs from the last of its series in white space, order and
/// members, so that no remembered shape fits.
/// </remarks>
sealed class WireWorkload
{
    const int Series = 1000;
    const int Rounds = 100;
    const long StartMs = 1_700_000_000_000;
    const int StepMs = 10;

    /// <summary>Packets of one pass.</summary>
    public const int Messages = Series * Rounds;

    /// <summary>Event time of one pass [ms].</summary>
    public const int PassMs = Rounds * StepMs;

    readonly byte[] _ring;
    readonly int[] _starts = new int[Messages + 1];
    readonly int[] _times = new int[Messages];
    readonly int[] _ids = new int[Messages];

    /// <summary>Encodes a pass for a QoS; <paramref name="framed"/> puts each packet into a WebSocket frame, as brokers do.</summary>
    public WireWorkload(int qos, bool any, bool framed = false, bool isV5 = true)
    {
        using var ring = new MemoryStream();
        var random = new Random(1);
        for (var i = 0; i < Messages; i++)
        {
            _starts[i] = (int)ring.Length;
            var topic = Encoding.UTF8.GetBytes($"sensors/plant-north-{i % Series / 100}/device-{i % Series % 100:D5}/temperature");
            var body = any ? AnyBody(i, random) : $"{{\"ts\":{TimeOf(i)},\"value\":{Value(random)}}}";
            var payload = Encoding.UTF8.GetBytes(body);
            var rest = 2 + topic.Length + (qos > 0 ? 2 : 0) + (isV5 ? 1 : 0) + payload.Length;
            var packet = 1 + (rest >= 128 ? 2 : 1) + rest;
            if (framed) ring.Write(packet < 126 ? [0x82, (byte)packet] : [0x82, 126, (byte)(packet >> 8), (byte)packet]);
            ring.WriteByte((byte)(0x30 | (qos << 1)));
            if (rest >= 128) ring.WriteByte((byte)(rest % 128 | 0x80));
            ring.WriteByte((byte)(rest >= 128 ? rest / 128 : rest));
            ring.WriteByte(0);
            ring.WriteByte((byte)topic.Length);
            ring.Write(topic);
            _ids[i] = (int)ring.Length;
            if (qos > 0) ring.Write([0, 0]);
            if (isV5) ring.WriteByte(0); // no properties
            _times[i] = (int)ring.Length + Encoding.UTF8.GetByteCount(body.AsSpan(0, body.IndexOf("1700", StringComparison.Ordinal)));
            ring.Write(payload);
        }

        _ring = ring.ToArray();
        _starts[Messages] = _ring.Length;
    }

    /// <summary>All packets of a pass.</summary>
    public ReadOnlySpan<byte> Bytes => _ring;

    /// <summary>The packets from <paramref name="first"/> up to and without <paramref name="next"/>.</summary>
    public ReadOnlySpan<byte> Span(int first, int next) => _ring.AsSpan(_starts[first], _starts[next] - _starts[first]);

    /// <summary>Writes the packet id of a QoS 1 packet.</summary>
    public void SetId(int message, ushort id) => BinaryPrimitives.WriteUInt16BigEndian(_ring.AsSpan(_ids[message]), id);

    /// <summary>Writes all digits of the time that a pass changes: 13 digits, ms.</summary>
    public void SetTime(int message, int pass)
    {
        var time = TimeOf(message) + (long)pass * PassMs;
        var digits = _ring.AsSpan(_times[message], 13);
        for (var i = 12; i >= 3; i--) (digits[i], time) = ((byte)('0' + time % 10), time / 10);
    }

    /// <summary>Writes a time of one's own: 13 digits, ms.</summary>
    public void SetTimeMs(int message, long time)
    {
        var digits = _ring.AsSpan(_times[message], 13);
        for (var i = 12; i >= 0; i--) (digits[i], time) = ((byte)('0' + time % 10), time / 10);
    }

    static long TimeOf(int message) => StartMs + message / Series * StepMs + message % Series % StepMs;

    static string Value(Random random) => (15 + random.Next(1000) / 100.0).ToString("F2", CultureInfo.InvariantCulture);

    static string AnyBody(int i, Random random)
    {
        var gap = new string(' ', random.Next(4));
        var extra = random.Next(3) == 0 ? $"\"q{random.Next(100)}\":{random.Next(10)}," : "";
        return random.Next(2) == 0
            ? $"{{{gap}\"ts\":{TimeOf(i)},{extra}\"value\":{gap}{Value(random)}}}"
            : $"{{{extra}\"value\":{Value(random)},{gap}\"ts\":{gap}{TimeOf(i)}}}";
    }
}
