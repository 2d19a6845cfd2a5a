namespace EdgeAgent.Outputs;

/// <summary>Whether an output is connected and what last went wrong. Any thread.</summary>
/// <remarks>An output and its pump write it, status and logs read it. The callbacks run on the thread that saw the change.</remarks>
/// <param name="onTrouble">Called with every trouble, repeats included: the log limits their rate.</param>
/// <param name="onWell">Called when trouble ends.</param>
/// <param name="onDetail">Called with lines only a developer reads (librdkafka's own log).</param>
public sealed class OutputHealth(Action<string>? onTrouble = null, Action? onWell = null, Action<string>? onDetail = null)
{
    readonly Lock _lock = new();
    volatile bool _isUp;
    bool? _connected; // two bytes, so never read without the lock
    string? _lastError;

    /// <summary>True after a delivery, false after trouble, null before either.</summary>
    public bool? Connected
    {
        get { lock (_lock) return _connected; }
    }

    /// <summary>The last trouble as a sentence, also after it has ended; null when there was none.</summary>
    public string? LastError
    {
        get { lock (_lock) return _lastError; }
    }

    /// <summary>Something was delivered.</summary>
    public void Up()
    {
        if (_isUp) return;
        bool ended;
        lock (_lock)
        {
            ended = _connected == false;
            _connected = true;
            _isUp = true;
        }

        if (ended) onWell?.Invoke();
    }

    /// <summary>Nothing can be delivered now; <paramref name="sentence"/> says why and what to do.</summary>
    public void Down(string sentence)
    {
        lock (_lock)
        {
            _connected = false;
            _lastError = sentence;
            _isUp = false;
        }

        onTrouble?.Invoke(sentence);
    }

    /// <summary>A line of detail.</summary>
    public void Detail(string line) => onDetail?.Invoke(line);
}
