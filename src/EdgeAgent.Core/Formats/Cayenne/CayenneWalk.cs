using System.Globalization;

namespace EdgeAgent.Core.Formats.Cayenne;

/// <summary>Goes over the values of one Cayenne LPP payload.</summary>
sealed class CayenneWalk
{
    const int ChannelStart = 64;

    readonly byte[] _text = new byte[ChannelStart + 4];
    CayenneItem.Part[] _parts = [];
    int _part;
    int _channelLength;

    /// <summary>Where metric and channel of the value stand.</summary>
    public ReadOnlySpan<byte> Text => _text;

    /// <summary>Begins a payload.</summary>
    public void Start() => (_parts, _part) = ([], 0);

    /// <summary>Reads the next value.</summary>
    /// <returns><see cref="BadReason.NotAsked"/> at the end.</returns>
    public BadReason Next(ReadOnlySpan<byte> bytes, ref int at, ref PayloadValue value, ref PayloadValue metric, ref PayloadValue channel)
    {
        if (_part == _parts.Length)
        {
            if (at >= bytes.Length) return BadReason.NotAsked;
            if (bytes.Length - at < 2) return BadReason.Truncated;
            if (CayenneItem.Of(bytes[at + 1]) is not { } parts) return BadReason.Malformed;
            bytes[at].TryFormat(_text.AsSpan(ChannelStart), out _channelLength, default, CultureInfo.InvariantCulture);
            (_parts, _part) = (parts, 0);
            at += 2;
        }

        ref readonly var part = ref _parts[_part];
        if (bytes.Length - at < part.Bytes) return BadReason.Truncated;
        value.SetDouble(CayenneItem.Read(in part, bytes[at..]));
        at += part.Bytes;
        _part++;
        part.Metric.CopyTo(_text.AsSpan());
        metric.Set(0, part.Metric.Length, ValueKind.OwnString);
        channel.Set(ChannelStart, ChannelStart + _channelLength, ValueKind.OwnString);
        return BadReason.None;
    }
}
