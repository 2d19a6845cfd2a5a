using EdgeAgent.Core.Formats.Protobuf;
using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.Formats.Sparkplug;

/// <summary>Reads Sparkplug B payloads, a sample a metric.</summary>
/// <remarks>
/// Payload: timestamp 1 [ms], metrics 2. Metric: name 1, alias 2, timestamp 3 [ms], datatype 4, is_null 7, int 10, long 11, float 12,
/// double 13, boolean 14, string 15 and others. Whole numbers of the types Int8 (1) to Int64 (4) are in two's complement. Texts, data sets,
/// templates and null are no readings and are passed over, uncounted. Source: Sparkplug 3.0, chapter 6 and its protobuf schema.
/// </remarks>
sealed class SparkplugReader : FormatReader
{
    const int Value = 0, Name = 1, Time = 2;

    long _payloadMs;
    bool _hasTime;

    /// <inheritdoc/>
    public override SampleLayout Layout { get; } = new()
    {
        Fields = [new(new() { Path = "metric" }, Value)],
        Time = new(new() { Path = "timestamp", Unit = TimeUnit.Milliseconds }, Time),
        Labels = [new(LabelSet.Metric, "name", Name)],
        NamePlace = Name,
    };

    /// <inheritdoc/>
    public override PayloadValue[] Places { get; } = new PayloadValue[3];

    /// <inheritdoc/>
    public override bool TryRead(ReadOnlySpan<byte> payload, ref ReadCursor cursor)
    {
        if (!cursor.HasMore && !TryTimestamp(payload, ref cursor)) return false;
        var wire = new WireReader(payload, cursor.At, payload.Length);
        while (wire.Next() == BadReason.None)
        {
            if (wire is not { Number: 2, Type: 2 }) continue;
            cursor.At = wire.At;
            cursor.HasMore = wire.At < payload.Length;
            var failure = TryMetric(payload, wire.Start, wire.End, cursor.ArrivalNs);
            if (failure == BadReason.None) return true;
            if (failure != BadReason.NotAsked)
                return cursor.Fail(failure, null, failure == BadReason.Truncated ? payload.Length : wire.Start);
        }

        return cursor.HasMore = false;
    }

    /// <summary>Goes over the whole payload once: it is sound, and its time, which may come last, is known.</summary>
    bool TryTimestamp(ReadOnlySpan<byte> payload, ref ReadCursor cursor)
    {
        (_hasTime, cursor.At) = (false, 0);
        var wire = new WireReader(payload, 0, payload.Length);
        while (true)
        {
            var failure = wire.Next();
            if (failure == BadReason.NotAsked) return true;
            if (failure != BadReason.None) return cursor.Fail(failure, null, failure == BadReason.Truncated ? payload.Length : wire.At);
            if (wire is { Number: 1, Type: 0 }) (_payloadMs, _hasTime) = ((long)wire.Bits, true);
        }
    }

    BadReason TryMetric(ReadOnlySpan<byte> payload, int start, int end, long arrivalNs)
    {
        var (type, hasName, hasAlias, isNull, kind, bits) = (0, false, false, false, 0, 0UL);
        var (timeMs, hasTime) = (_payloadMs, _hasTime);
        var wire = new WireReader(payload, start, end);
        while (true)
        {
            var failure = wire.Next();
            if (failure == BadReason.NotAsked) break;
            if (failure != BadReason.None) return failure;
            switch (wire.Number)
            {
                case 1 when wire.Type == 2:
                    Places[Name].Set(wire.Start, wire.End, ValueKind.String);
                    hasName = wire.End > wire.Start;
                    break;
                case 2: hasAlias = true; break;
                case 3 when wire.Type == 0: (timeMs, hasTime) = ((long)wire.Bits, true); break;
                case 4 when wire.Type == 0: type = (int)wire.Bits; break;
                case 7 when wire.Type == 0: isNull = wire.Bits != 0; break;
                case 10 or 11 or 14 when wire.Type == 0: (kind, bits) = (wire.Number, wire.Bits); break;
                case 12 when wire.Type == 5: (kind, bits) = (12, wire.Bits); break;
                case 13 when wire.Type == 1: (kind, bits) = (13, wire.Bits); break;
            }
        }

        if (isNull || kind == 0) return BadReason.NotAsked;
        if (!hasName) return hasAlias ? BadReason.OnlyAlias : BadReason.Malformed;
        ref var value = ref Places[Value];
        switch (kind)
        {
            case 12: value.SetDouble(BitConverter.UInt32BitsToSingle((uint)bits)); break;
            case 13: value.SetDouble(BitConverter.UInt64BitsToDouble(bits)); break;
            case 14: value.SetDouble(bits != 0 ? 1 : 0); break;
            default:
                // Some writers put the low 32 bits of a negative number, others all 64.
                var signed = kind == 10 ? type switch { 1 => (sbyte)bits, 2 => (short)bits, _ => (int)bits } : (long)bits;
                if (type is >= 1 and <= 4) value.SetInteger(signed < 0 ? 0UL - (ulong)signed : (ulong)signed, signed < 0);
                else value.SetInteger(bits, false);
                break;
        }

        ref var time = ref Places[Time];
        if (hasTime) time.SetInteger((ulong)timeMs, false);
        else time.SetInstant(arrivalNs);
        return BadReason.None;
    }
}
