using System.Text;
using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Readings;

namespace EdgeAgent.Tests.Lines;

/// <summary>A decoder of one line's frames, and what the last one gave.</summary>
sealed class LineRun(FormatSettings format) : IBatchReceiver
{
    public const long ArrivalNs = 1;

    readonly SeriesTable _series = new(1000);
    readonly ReadingBatch _batch = new();
    MessageDecoder? _decoder;

    /// <summary>Series ids and values of the last frame, in order.</summary>
    public (int[] Series, double[] Values) Readings => (_batch.Series[.._batch.Count], _batch.Value[.._batch.Count]);

    /// <summary>Values of the last frame by metric; of two with one metric the later.</summary>
    public Dictionary<string, double> Values
    {
        get
        {
            var values = new Dictionary<string, double>();
            for (var i = 0; i < _batch.Count; i++) values[_series.LabelsOf(_batch.Series[i])[LabelSet.Metric]!] = _batch.Value[i];
            return values;
        }
    }

    /// <summary>Event time of the first reading of the last frame.</summary>
    public long TimeNs => _batch.TimeNs[0];

    public BadReason Decode(string frame) => Decode(Encoding.ASCII.GetBytes(frame));

    public BadReason Decode(ReadOnlySpan<byte> frame)
    {
        _decoder ??= new MessageDecoder([new() { Topic = "line", Decode = format }], _series, 10);
        _batch.Count = 0;
        return _decoder.Decode("line"u8, frame, ArrivalNs, _batch, this).Reason;
    }

    public void Flush(ReadingBatch batch) => throw new InvalidOperationException("a frame of more than 4,096 readings");
}
