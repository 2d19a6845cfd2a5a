using System.Diagnostics;
using EdgeAgent.Core.Settings;
using EdgeAgent.Mqtt.Client;

namespace EdgeAgent.Outputs.Webhook;

/// <summary>The connection of a webhook output: kept between requests, made anew when it ended. One request at a time, one thread.</summary>
/// <remarks>
/// A connection that was kept may have been closed by the server just now: when it ends before one byte of an answer, the request is sent once
/// more over a new one. The server may then have it twice, with one identity. Time from the start of a request to the status of its answer is bounded
/// as a whole, so an answer that trickles ends with it, too; the body after it is read for a short time only.
/// </remarks>
sealed class WebhookConnection(WebhookOutputSettings settings) : IDisposable
{
    const int SliceMs = 100;
    static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(1);
    static readonly TimeSpan s_bodyWithin = TimeSpan.FromSeconds(1);

    readonly MqttTlsOptions? _tls = settings.Tls is { } tls
        ? new MqttTlsOptions { CaFile = tls.CaFile, CertFile = tls.CertFile, KeyFile = tls.KeyFile, ServerName = tls.ServerName } : null;

    readonly byte[] _received = new byte[8 << 10];
    ITransport? _transport;
    bool _isAmiss;

    /// <summary>The last answer.</summary>
    public HttpResponse Response { get; } = new();

    /// <summary>Host and port, for people.</summary>
    public string Where { get; } = FormattableString.Invariant($"{(settings.Host.Contains(':') ? $"[{settings.Host}]" : settings.Host)}:{settings.Port}");

    /// <summary>Makes the connection unless it is there; why not, or null.</summary>
    public string? Connect(TimeSpan within, CancellationToken stop)
    {
        if (_transport is not null) return null;
        try
        {
            _transport = TransportDialer.Open(settings.Host, settings.Port, _tls, within, stop);
            return null;
        }
        catch (MqttConnectException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException)
        {
            return "The agent stops.";
        }
    }

    /// <summary>Sends <paramref name="request"/> and reads its answer into <see cref="Response"/>; why there is none, or null.</summary>
    public string? Exchange(ReadOnlySpan<byte> request, CancellationToken stop)
    {
        var deadline = Stopwatch.GetTimestamp() + (long)(settings.Timeout.TotalSeconds * Stopwatch.Frequency);
        // Bytes nobody asked for are no answer to this request, and an end is known before anything is sent.
        if (_transport?.Receive(_received, 0, out _) is FillResult.Data or FillResult.Closed) Close();
        var wasKept = _transport is not null;
        while (true)
        {
            var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), deadline);
            if (Connect(left > s_least ? left : s_least, stop) is { } trouble) return trouble;
            trouble = Try(request, deadline, stop, out var isUntouched);
            if (trouble is null) return null;
            Close();
            if (!wasKept || !isUntouched) return trouble;
            wasKept = false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    string? Try(ReadOnlySpan<byte> request, long deadline, CancellationToken stop, out bool isUntouched)
    {
        isUntouched = true;
        _isAmiss = false;
        Response.Begin();
        // A server may refuse a long request and close before all of it was sent; what it said can still be read.
        var cut = Send(request, deadline, stop);
        while (Response.Status == 0)
        {
            if (!TryReceive(deadline, stop, out var count)) return stop.IsCancellationRequested ? "The agent stops." : cut ?? Late("an answer");
            isUntouched &= count == 0;
            if (Response.Fault is { } fault) return cut ?? $"{Where} {fault}. Check that `url` is the address of a web server.";
        }

        Drain(stop);
        return null;
    }

    string? Send(ReadOnlySpan<byte> request, long deadline, CancellationToken stop)
    {
        while (!request.IsEmpty)
        {
            if (!_transport!.TrySend(request, out var sent)) return $"The connection to {Where} ended: {_transport.Error ?? "closed"}";
            request = request[sent..];
            if (sent > 0 || request.IsEmpty) continue;
            if (stop.IsCancellationRequested) return "The agent stops.";
            if (Stopwatch.GetTimestamp() >= deadline) return Late("the request to be read");
            _transport.WaitWritable(SliceMs);
        }

        return null;
    }

    /// <summary>Waits for bytes and gives them to the response; false when time is up. At the end of the connection the response has ended.</summary>
    bool TryReceive(long deadline, CancellationToken stop, out int count)
    {
        while (true)
        {
            count = 0;
            if (stop.IsCancellationRequested || Stopwatch.GetTimestamp() >= deadline) return false;
            var result = _transport!.Receive(_received, SliceMs, out count);
            if (result == FillResult.Timeout) continue;
            if (result == FillResult.Closed) Response.End();
            // Bytes after the answer belong to no request: nothing on this connection can be trusted any more.
            else _isAmiss |= Response.Feed(_received.AsSpan(0, count)) < count;
            return true;
        }
    }

    // The answer's status is there. The body is read so that the connection can be kept, and only as long as that is worth it.
    void Drain(CancellationToken stop)
    {
        var deadline = Stopwatch.GetTimestamp() + (long)(s_bodyWithin.TotalSeconds * Stopwatch.Frequency);
        while (!Response.IsDone && Response.Fault is null)
            if (!TryReceive(deadline, stop, out _)) break;
        if (!Response.IsDone || !Response.KeepsAlive || _isAmiss) Close();
    }

    string Late(string what) => FormattableString.Invariant($"{Where} kept us waiting for {what} longer than `timeout` ({settings.Timeout.TotalSeconds:0.###} s). Records are kept and sent later.");

    void Close()
    {
        _transport?.Dispose();
        _transport = null;
    }
}
