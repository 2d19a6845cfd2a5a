namespace EdgeAgent.Scenarios.Harness;

/// <summary>Readings of eight devices at a steady rate, each value once, counted upwards, until told to stop.</summary>
/// <remarks>A load for a scenario in which every reading is a record; values tell records apart.</remarks>
sealed class SteadyReadings
{
    const int Devices = 8, Burst = 20, PauseMs = 50;
    readonly Lock _bursts = new();
    readonly Background _load;
    volatile bool _isOver;
    int _sent;

    /// <summary>Starts it.</summary>
    /// <param name="port">The broker's.</param>
    /// <param name="first">The first value.</param>
    public SteadyReadings(int port, int first = 0)
    {
        First = first;
        _load = new Background(() => Publish(port));
    }

    /// <summary>The first value.</summary>
    public int First { get; }

    /// <summary>Readings the broker has taken; final after <see cref="Stop"/>, and fixed while held.</summary>
    public int Sent => Volatile.Read(ref _sent);

    /// <summary>No reading is sent until what this returns is left.</summary>
    public Lock.Scope Hold() => _bursts.EnterScope();

    /// <summary>Ends it; all that was sent is at the broker.</summary>
    public void Stop()
    {
        _isOver = true;
        _load.Join();
    }

    void Publish(int port)
    {
        using var publisher = new Publisher(port);
        while (!_isOver)
        {
            lock (_bursts)
            {
                for (var i = _sent; i < _sent + Burst; i++)
                    publisher.Publish($"sensors/p7/d{i % Devices}/n", Sensors.Payload(Configuration.StartMs + First + i, First + i));
                publisher.Flush();
                Volatile.Write(ref _sent, _sent + Burst);
            }

            Thread.Sleep(PauseMs);
        }
    }
}
