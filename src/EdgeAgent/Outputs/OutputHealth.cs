using System.Text;
using EdgeAgent.Clocks;
using EdgeAgent.Network;
using EdgeAgent.Storage;
using EdgeAgent.Supervision;

namespace EdgeAgent.Outputs;

/// <summary>Whether an output is connected and what last went wrong. Any thread.</summary>
/// <remarks>An output and its pump write it, status and logs read it. The callbacks run on the thread that saw the change.</remarks>
/// <param name="clock">The clock of the output.</param>
/// <param name="onFailure">Called with every failure, repeats included: the log limits their rate.</param>
/// <param name="onWell">Called when failure ends.</param>
/// <param name="onDetail">Called with lines only a developer reads (librdkafka's own log).</param>
/// <param name="onRejected">Called with every record that the output will never take: why, and the front of its payload.</param>
/// <param name="onFirst">Called once, when the other side is reached before there was any failure.</param>
public sealed class OutputHealth(
    IClock clock, Action<string>? onFailure = null, Action? onWell = null, Action<string>? onDetail = null, Action? onFirst = null,
    Action<string, string>? onRejected = null)
{
    const int SampleBytes = 200;
    readonly Lock _lock = new();
    volatile bool _isWell;
    bool? _connected; // two bytes, so never read without the lock
    string? _lastError;
    bool _isOnlyUnconnected;
    string? _lastRejection;
    readonly NextTry _nextTry = new(clock);

    /// <summary>How far the output thread has come: it passes also where the output waits for the other side.</summary>
    internal Progress Progress { get; init; } = new("output");

    /// <summary>As <see cref="Progress"/>, of the thread that keeps the connection where an output has one of its own.</summary>
    internal Progress Link { get; init; } = new("output's link");

    /// <summary>Bytes its connections carried, where it counts them.</summary>
    public LinkBytes Bytes { get; } = new();

    /// <summary>The clock of the output: what it waits for and how long something lasts is told by it.</summary>
    public IClock Clock => _nextTry.Clock;

    /// <summary>True once the other side was reached or took something, false after failure, null before either.</summary>
    public bool? Connected
    {
        get { lock (_lock) return _connected; }
    }

    /// <summary>How long until the next try, while one is waited for; null when nothing is waited for.</summary>
    public TimeSpan? NextTry => _nextTry.Left;

    /// <summary>The last failure as a sentence, also after it has ended; null when there was none.</summary>
    public string? LastError
    {
        get { lock (_lock) return _lastError; }
    }

    /// <summary>Why the last record that was refused for good was refused; null when none was.</summary>
    public string? LastRejection
    {
        get { lock (_lock) return _lastRejection; }
    }

    /// <summary>Called with a topic whose records are held and why; with null when all of them have gone out.</summary>
    public Action<string, string?>? OnHeld { get; init; }

    /// <summary>Records for <paramref name="topic"/> are held while others go on; <paramref name="why"/> is null when they have gone out.
    /// </summary>
    public void Held(string topic, string? why)
    {
        if (why is not null)
            lock (_lock) _lastError = why;
        OnHeld?.Invoke(topic, why);
    }

    /// <summary>Called with a number of records that have waited for too long and are dropped.</summary>
    public Action<long>? OnTooOld { get; init; }

    /// <summary>So many records have waited for too long and are dropped.</summary>
    public void TooOld(long count) => OnTooOld?.Invoke(count);

    /// <summary>A record was refused for good, and is set aside or in a topic for such.</summary>
    public void Rejected(RejectedRecord record)
    {
        lock (_lock) _lastRejection = record.Reason;
        var sample = Encoding.UTF8.GetString(record.Payload.AsSpan(0, Math.Min(record.Payload.Length, SampleBytes)));
        onRejected?.Invoke(record.DeadLetterTopic is { } topic ? $"{record.Reason}; it went to topic {topic}" : record.Reason, sample);
    }

    /// <summary>Something was delivered.</summary>
    public void OnWell()
    {
        if (!_isWell) Rise(isDelivery: true);
    }

    /// <summary>The other side was reached. That ends <see cref="OnUnconnected"/>, but not the failure of a delivery.</summary>
    public void OnConnected()
    {
        if (!_isWell) Rise(isDelivery: false);
    }

    /// <summary>The other side cannot be reached now; <paramref name="sentence"/> says why and what to do.</summary>
    public void OnUnconnected(string sentence) => Fail(sentence, isOnlyUnconnected: true);

    /// <summary>Nothing can be delivered now; <paramref name="sentence"/> says why and what to do.</summary>
    public void OnFailed(string sentence) => Fail(sentence, isOnlyUnconnected: false);

    /// <summary>The next try comes after <paramref name="wait"/>; zero when it begins.</summary>
    public void TriesIn(TimeSpan wait) => _nextTry.In(wait);

    void Rise(bool isDelivery)
    {
        bool? before;
        lock (_lock)
        {
            before = _connected;
            if (before == false && !isDelivery && !_isOnlyUnconnected) return;
            _connected = true;
            _isWell = true;
        }

        TriesIn(TimeSpan.Zero);
        if (before == false) onWell?.Invoke();
        else if (before is null) onFirst?.Invoke();
    }

    void Fail(string sentence, bool isOnlyUnconnected)
    {
        lock (_lock)
        {
            // The failure of a delivery ends with a delivery only.
            _isOnlyUnconnected = isOnlyUnconnected && (_connected != false || _isOnlyUnconnected);
            _connected = false;
            _lastError = sentence;
            _isWell = false;
        }

        onFailure?.Invoke(sentence);
    }

    /// <summary>A line of detail.</summary>
    public void Detail(string line) => onDetail?.Invoke(line);
}
