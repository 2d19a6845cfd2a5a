using EdgeAgent.Core.Records;

namespace EdgeAgent.Flow;

/// <summary>Shows an output what one batch added to its lane, at once. Under the pipeline's lock.</summary>
/// <remarks>Records made at a cut are not shown: their commit follows at once. The lane keeps everything;
/// see <see cref="MqttOutput"/>.</remarks>
sealed class ImmediateLane(LaneBuffer records, IImmediateOutput output)
{
    int _before;

    /// <summary>A batch begins.</summary>
    public void Mark() => _before = records.Length;

    /// <summary>It is done.</summary>
    public void SendNew()
    {
        if (records.Length == _before) return;
        var reader = new RecordReader(records.Bytes[_before..]);
        while (reader.Read()) output.SendNow(reader);
    }
}
