using System.Text;
using EdgeAgent.Core.Records;
using EdgeAgent.Flow;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Storage;
using EdgeAgent.Supervision;

namespace EdgeAgent.Outputs.Mqtt;

/// <summary>Records published to an MQTT broker; with <c>immediate</c>, alerts before their commit.</summary>
/// <remarks>
/// Every record has its lane. One sent early and confirmed is passed over there; anything that could not be sent early, or whose
/// PUBACK never came, is published from the lane after the commit: at least once, whatever fails, and never a wait on the data path.
/// <see cref="SendNow"/> is for source threads, the rest for the output thread.
/// </remarks>
public sealed class MqttOutput : IOutput, IImmediateOutput
{
    const int MostRemembered = 1024;
    readonly MqttOutputSettings _settings;
    readonly OutputHealth _health;
    readonly MqttLink _link;
    readonly SentEarly _early = new(MostRemembered);
    readonly object _sync = new(); // never held while the link is called

    /// <summary>An output that is not yet connected.</summary>
    public MqttOutput(MqttOutputSettings settings, string agentId, OutputHealth health, Func<TimeSpan>? retryAfter = null) =>
        (_settings, _health, _link) = (settings, health, new MqttLink(settings, agentId, health, retryAfter));

    /// <inheritdoc/>
    public bool ConnectsByItself => true;

    /// <inheritdoc/>
    public void Open() => _link.Start();

    /// <inheritdoc/>
    public void SendNow(scoped in RecordReader reader)
    {
        var id = Encoding.UTF8.GetString(reader.Id);
        lock (_sync) _early.Sent(id, isConfirmed: false);
        if (_link.TryPublish(reader, code => Answered(id, code)) is SendResult.Accepted) return;
        lock (_sync) _early.Lost(id);
    }

    /// <inheritdoc/>
    public SendReport Send(IReadOnlyList<Segment> segments, CancellationToken stop)
    {
        _link.Start();
        var rejected = new List<RejectedRecord>();
        for (var i = 0; i < segments.Count; i++)
        {
            var failure = SendSegment(segments[i], rejected, stop);
            if (failure is not null || stop.IsCancellationRequested)
            {
                rejected.RemoveAll(r => r.Lane == segments[i].Lane && r.Number >= segments[i].FirstNumber);
                return new SendReport(i, rejected, stop.IsCancellationRequested ? null : failure);
            }
        }

        if (segments.Count > 0) _health.OnWell();
        return new SendReport(segments.Count, rejected, null);
    }

    /// <inheritdoc/>
    public void Dispose() => _link.Dispose();

    string? SendSegment(Segment segment, List<RejectedRecord> rejected, CancellationToken stop)
    {
        var flight = new MqttFlight(_health.Progress);
        var reader = new RecordReader(segment.Bytes);
        for (var n = 0; n < segment.Count && reader.Read(); n++)
        {
            if (WasSentEarly(Encoding.UTF8.GetString(reader.Id), stop)) continue;
            var result = Publish(reader, flight, n, stop);
            if (result is null) return flight.Failure ?? "There is no connection to the broker.";
            if (result == SendResult.Accepted) continue;
            rejected.Add(RejectedRecord.Of(segment.Lane, segment.FirstNumber + n, result.ToString()!, reader));
        }

        return flight.Wait(stop);
    }

    // A full window empties by acknowledgements; without a connection nothing does.
    SendResult? Publish(scoped in RecordReader reader, MqttFlight flight, int n, CancellationToken stop)
    {
        while (true)
        {
            flight.Add();
            if (_link.TryPublish(reader, flight.Answered) is { } result)
            {
                if (result != SendResult.Accepted) flight.Remove();
                return result;
            }

            flight.Remove();
            if (!flight.WaitForRoom(stop)) return null;
        }
    }

    // One still on its way is waited for: its PUBACK or the end of its connection comes.
    bool WasSentEarly(string id, CancellationToken stop)
    {
        if (!_settings.Immediate) return false;
        lock (_sync)
        {
            bool isConfirmed;
            while (_early.Has(id, out isConfirmed) && !isConfirmed && !stop.IsCancellationRequested)
            {
                _health.Progress.At(Step.Sending);
                Monitor.Wait(_sync, 100);
            }

            return isConfirmed;
        }
    }

    void Answered(string id, byte? code)
    {
        lock (_sync)
        {
            if (code < 0x80) _early.Confirmed(id);
            else _early.Lost(id);
            Monitor.PulseAll(_sync);
        }
    }
}
