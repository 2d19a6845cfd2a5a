using EdgeAgent.Supervision;

namespace EdgeAgent.Outputs.Mqtt;

/// <summary>The messages of one segment on their way: counts answers and keeps the first refusal.</summary>
/// <param name="progress">Of the thread that waits.</param>
sealed class MqttFlight(Progress progress)
{
    readonly object _sync = new();
    int _open;

    /// <summary>Why not all came through; null while nothing went wrong.</summary>
    public string? Failure { get; private set; }

    /// <summary>A message is about to be published.</summary>
    public void Add()
    {
        lock (_sync) _open++;
    }

    /// <summary>It was not.</summary>
    public void Remove()
    {
        lock (_sync) _open--;
    }

    /// <summary>The broker answered one, or its connection ended (null).</summary>
    public void Answered(byte? code)
    {
        lock (_sync)
        {
            _open--;
            if (code is null) Failure ??= "The connection ended before the broker confirmed.";
            else if (code >= 0x80)
                Failure ??= $"The broker refuses records with code 0x{code:x2}; see MQTT 5.0 §3.4.2.1. Mend its rights or quota.";
            Monitor.PulseAll(_sync);
        }
    }

    /// <summary>Waits until an answer came; false when none can.</summary>
    public bool WaitForRoom(CancellationToken stop)
    {
        lock (_sync)
        {
            if (_open == 0) return false;
            var before = _open;
            while (_open == before && Failure is null && !stop.IsCancellationRequested) Wait();
            return Failure is null && !stop.IsCancellationRequested;
        }
    }

    /// <summary>Waits until all are answered; why they are not, or null.</summary>
    public string? Wait(CancellationToken stop)
    {
        lock (_sync)
        {
            while (_open > 0 && Failure is null && !stop.IsCancellationRequested) Wait();
            return Failure;
        }
    }

    void Wait()
    {
        progress.At(Step.Sending);
        Monitor.Wait(_sync, 100);
    }
}
