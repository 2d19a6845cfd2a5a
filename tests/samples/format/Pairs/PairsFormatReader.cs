using System.Text;

namespace EdgeAgent.Core.Formats.Pairs;

/// <summary>Reads numbers written as <c>name=value</c> with <c>;</c> between them; a payload is one sample.</summary>
sealed class PairsFormatReader(PairsFormatSettings settings) : FormatReader
{
    readonly byte[][] _names = [.. settings.Names.Select(Encoding.UTF8.GetBytes)];

    /// <inheritdoc/>
    public override SampleLayout Layout { get; } = SampleLayout.OfMetrics(settings.Names);

    /// <inheritdoc/>
    public override PayloadValue[] Places { get; } = new PayloadValue[settings.Names.Count];

    /// <inheritdoc/>
    public override bool TryRead(ReadOnlySpan<byte> payload, ref ReadCursor cursor)
    {
        foreach (ref var place in Places.AsSpan()) place.Kind = ValueKind.Absent;
        var found = false;
        foreach (var range in payload.Split((byte)';'))
        {
            var pair = payload[range];
            var at = pair.IndexOf((byte)'=');
            if (at < 0 || PlaceOf(pair[..at]) is not (>= 0 and var place) || !LineNumber.TryRead(pair[(at + 1)..], out var value)) continue;
            Places[place].SetDouble(value);
            found = true;
        }

        return found || cursor.Fail(BadReason.NoMatch);
    }

    int PlaceOf(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _names.Length; i++)
            if (name.SequenceEqual(_names[i])) return i;
        return -1;
    }
}
