namespace EdgeAgent.Scenarios.Harness;

/// <summary>What most scenarios begin with: a broker, Kafka and an agent that has subscribed; sensors,
/// and the oracle of their readings.</summary>
sealed class Plant : IDisposable
{
    readonly bool _ownsWorkspace;

    /// <summary>Starts all of it and waits until the agent has subscribed.</summary>
    /// <param name="configure">Writes the agent's configuration and gives its path; null for the usual one.</param>
    /// <param name="windowMs">The windows that the oracle expects [ms].</param>
    /// <param name="devices">How many sensors there are.</param>
    /// <param name="workspace">Where files lie, when the caller needs it before; it is then the caller's to remove.</param>
    public Plant(Func<Workspace, Mosquitto, Kafka, string>? configure = null, long windowMs = 10_000, int devices = 8,
        Workspace? workspace = null)
    {
        configure ??= static (w, b, k) => Configuration.Write(w, b, k);
        _ownsWorkspace = workspace is null;
        Workspace = workspace ?? new Workspace();
        try
        {
            Broker = new Mosquitto(Workspace);
            Kafka = new Kafka();
            Agent = new Agent(configure(Workspace, Broker, Kafka)).Start();
            Agent.WaitFor("subscribed to");
            Truth = new Truth(windowMs);
            Sensors = new Sensors(Truth, devices);
            Publisher = new Publisher(Broker.Port);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public Workspace Workspace { get; }

    public Mosquitto Broker { get; }

    public Kafka Kafka { get; }

    public Agent Agent { get; }

    public Truth Truth { get; }

    public Sensors Sensors { get; }

    /// <summary>The sensors' connection to the broker.</summary>
    public Publisher Publisher { get; }

    /// <summary>The sensors publish so many readings.</summary>
    public void Publish(int readings) => Sensors.Publish(Publisher, readings);

    /// <summary>A last reading a sensor, which closes its windows.</summary>
    public void Close() => Sensors.Close(Publisher);

    /// <summary>Waits until every summary the oracle expects has arrived.</summary>
    public IReadOnlyList<KafkaRecord> WaitForAll(int seconds = 90) =>
        Kafka.WaitFor(r => Truth.IsReached(r, Sensors.Group), "all summaries", seconds, () => Agent.Text + Agent.Status());

    /// <summary>Waits for them and judges them.</summary>
    public void Judge(int seconds = 90) => Truth.Judge(WaitForAll(seconds), Sensors.Group);

    public void Dispose()
    {
        // What failed to start ends what runs already.
        Publisher?.Dispose();
        Agent?.Dispose();
        Kafka?.Dispose();
        Broker?.Dispose();
        if (_ownsWorkspace) Workspace.Dispose();
    }
}
