using System.Text;
using System.Text.Unicode;

namespace EdgeAgent.Core.Formats.KeyValue;

/// <summary>Reads <c>key=value</c> pairs; a payload is one sample. Of several pairs with one key the last counts.</summary>
sealed class KeyValueFormatReader : FormatReader
{
    readonly byte[][] _keys;
    readonly byte _separator;

    /// <summary>A reader for checked settings.</summary>
    public KeyValueFormatReader(KeyValueFormatSettings settings)
    {
        var keys = new List<string>();
        Layout = new SampleLayout
        {
            Fields = [.. settings.Fields.Select(f => new FieldPlace(f, Place(f.Path), f.Path))],
            Time = settings.Time is { } time ? new TimePlace(time, Place(time.Path)) : null,
            Labels = [.. settings.LabelPaths.Select(l => new LabelPlace(l.Key, l.Value, Place(l.Value)))],
        };
        _keys = [.. keys.Select(Encoding.UTF8.GetBytes)];
        _separator = (byte)settings.Separator;
        Places = new PayloadValue[keys.Count];

        int Place(string key)
        {
            keys.Add(key);
            return keys.Count - 1;
        }
    }

    /// <inheritdoc/>
    public override SampleLayout Layout { get; }

    /// <inheritdoc/>
    public override PayloadValue[] Places { get; }

    /// <inheritdoc/>
    public override bool TryRead(ReadOnlySpan<byte> payload, ref ReadCursor cursor)
    {
        if (!Utf8.IsValid(payload)) return cursor.Fail(BadReason.BadUtf8);
        foreach (ref var place in Places.AsSpan()) place.Kind = ValueKind.Absent;
        for (var at = 0; at < payload.Length;)
        {
            var length = payload[at..].IndexOf(_separator);
            var end = length < 0 ? payload.Length : at + length;
            var equals = payload[at..end].IndexOf((byte)'=');
            if (equals >= 0) Take(payload, payload.Slice(at, equals).Trim((byte)' '), at + equals + 1, end);
            at = end + 1;
        }

        return true;
    }

    void Take(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> key, int start, int end)
    {
        for (var place = 0; place < _keys.Length; place++)
            if (key.SequenceEqual(_keys[place])) PlainText.Read(payload, start, end, false, ref Places[place]);
    }
}
