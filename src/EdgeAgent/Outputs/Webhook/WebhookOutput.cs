using EdgeAgent.Core.Records;
using EdgeAgent.Storage;

namespace EdgeAgent.Outputs.Webhook;

/// <summary>Records posted to an HTTP server, one request each, in order.</summary>
/// <remarks>
/// A record is delivered when the server answered 2xx. One that could not be delivered holds those behind it; the pump tries again with
/// a growing wait, not before the server's <c>Retry-After</c>. Within a segment that is sent again, records already delivered are passed
/// over, unless the agent was started anew meanwhile: at least once. See docs/decisions/webhook.md. Output thread only.
/// </remarks>
public sealed class WebhookOutput : IOutput
{
    static readonly TimeSpan s_openWithin = TimeSpan.FromSeconds(3);

    readonly WebhookOutputSettings _settings;
    readonly OutputHealth _health;
    readonly WebhookConnection _connection;
    readonly WebhookRequest _request;
    readonly List<RejectedRecord> _rejectedInPart = [];
    (Lane? Lane, long First, long CommittedAtNs) _part;
    int _partDone;
    TimeSpan _wait;

    /// <summary>An output that is not yet connected.</summary>
    public WebhookOutput(WebhookOutputSettings settings, string agentId, OutputHealth health) =>
        (_settings, _health, _connection, _request) =
            (settings, health, new WebhookConnection(settings, health.Progress, health.Bytes), new WebhookRequest(settings, agentId));

    /// <inheritdoc/>
    public void Open()
    {
        if (_connection.Connect(_settings.Timeout < s_openWithin ? _settings.Timeout : s_openWithin, CancellationToken.None) is { } failure)
            _health.OnUnconnected($"{failure} Records are kept and sent later.");
        else _health.OnConnected();
    }

    /// <inheritdoc/>
    public SendReport Send(IReadOnlyList<Segment> segments, CancellationToken stop)
    {
        if (_wait > TimeSpan.Zero) _health.Progress.Wait(stop.WaitHandle, _wait);
        _wait = TimeSpan.Zero;
        var rejected = new List<RejectedRecord>();
        for (var i = 0; i < segments.Count; i++)
        {
            if (stop.IsCancellationRequested) return new SendReport(i, rejected, null);
            var failure = SendSegment(segments[i], stop);
            if (failure is not null) return new SendReport(i, rejected, stop.IsCancellationRequested ? null : failure);
            rejected.AddRange(_rejectedInPart);
        }

        return new SendReport(segments.Count, rejected, null);
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    /// <summary>Posts what of the segment was not yet posted; why it stopped, or null when all was.</summary>
    string? SendSegment(Segment segment, CancellationToken stop)
    {
        if (_part != (segment.Lane, segment.FirstNumber, segment.CommittedAtNs))
        {
            (_part, _partDone) = ((segment.Lane, segment.FirstNumber, segment.CommittedAtNs), 0);
            _rejectedInPart.Clear();
        }

        var reader = new RecordReader(segment.Bytes);
        for (var n = 0; n < segment.Count && reader.Read(); n++)
        {
            if (n < _partDone) continue;
            var answer = reader.Payload.Length > _settings.MaxBodyBytes
                ? new WebhookAnswer(WebhookOutcome.Rejected,
                    FormattableString.Invariant($"the payload has {reader.Payload.Length} bytes, max_body is {_settings.MaxBodyBytes}"))
                : Post(reader, stop);
            if (answer.Outcome is WebhookOutcome.Held or WebhookOutcome.Stopped)
            {
                _wait = answer.Wait;
                return answer.Text;
            }

            if (answer.Outcome == WebhookOutcome.Rejected)
                _rejectedInPart.Add(RejectedRecord.Of(segment.Lane, segment.FirstNumber + n, answer.Text, reader));
            _partDone = n + 1;
        }

        _part = default;
        return null;
    }

    HttpExchange Exchange(scoped in RecordReader reader, CancellationToken stop)
    {
        using var request = _request.Of(reader);
        return _connection.Exchange(request, stop);
    }

    WebhookAnswer Post(scoped in RecordReader reader, CancellationToken stop)
    {
        if (stop.IsCancellationRequested) return new(WebhookOutcome.Stopped, "The agent stops.");
        var (response, failure) = Exchange(reader, stop);
        // The server may then have it twice, with one identity.
        if (response is null && _connection.WasStale && !stop.IsCancellationRequested) (response, failure) = Exchange(reader, stop);
        if (response is null) return new(stop.IsCancellationRequested ? WebhookOutcome.Stopped : WebhookOutcome.Held, failure);
        var answer = WebhookAnswer.Of(_connection.Where, response, _settings.MaxRetryAfter, _health.Clock.Now.Wall.Utc);
        if (answer.Outcome is WebhookOutcome.Delivered or WebhookOutcome.Rejected) _health.OnWell();
        return answer;
    }
}
