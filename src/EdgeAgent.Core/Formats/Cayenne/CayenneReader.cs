using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.Formats.Cayenne;

/// <summary>Reads Cayenne LPP payloads, a sample a value.</summary>
sealed class CayenneReader : FormatReader
{
    /// <summary>The label of the channel.</summary>
    public const string ChannelLabel = "channel";

    readonly CayenneWalk _walk = new();

    /// <inheritdoc/>
    public override SampleLayout Layout { get; } = new()
    {
        Fields = [new(new() { Path = "value" }, 0)], Labels = [new(LabelSet.Metric, "type", 1), new(ChannelLabel, ChannelLabel, 2)],
        NamePlace = 1,
    };

    /// <inheritdoc/>
    public override PayloadValue[] Places { get; } = new PayloadValue[3];

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> OwnText => _walk.Text;

    /// <inheritdoc/>
    public override bool TryRead(ReadOnlySpan<byte> payload, ref ReadCursor cursor)
    {
        if (!cursor.HasMore)
        {
            cursor.At = 0;
            _walk.Start();
        }

        var failure = _walk.Next(payload, ref cursor.At, ref Places[0], ref Places[1], ref Places[2]);
        cursor.HasMore = failure == BadReason.None && cursor.At < payload.Length;
        if (failure == BadReason.None) return true;
        return failure != BadReason.NotAsked
            && cursor.Fail(failure, null, failure == BadReason.Truncated ? payload.Length : cursor.At);
    }
}
