namespace EdgeAgent.Scenarios.Harness;

/// <summary>A real mosquitto on a loopback port, with its sessions kept over a restart.</summary>
sealed class Mosquitto : IDisposable
{
    readonly string _config;
    readonly string _database;
    readonly bool _isVerbose;
    Child? _child;

    /// <summary>Starts one; <paramref name="extra"/> lines go into its configuration.
    /// Where it is verbose its log has every packet.</summary>
    public Mosquitto(Workspace workspace, string extra = "", bool isVerbose = true)
    {
        _isVerbose = isVerbose;
        Port = Workspace.FreePort();
        _database = workspace[$"mosquitto-{Port}.db"];
        // Queues are raised: by default mosquitto keeps 1,000 messages for an absent client and drops the rest.
        _config = workspace.Write($"mosquitto-{Port}.conf", $"""
            listener {Port} 127.0.0.1
            {(extra.Contains("allow_anonymous") ? "" : "allow_anonymous true")}
            persistence true
            persistence_location {workspace.Path}/
            persistence_file mosquitto-{Port}.db
            max_queued_messages 1000000
            max_queued_bytes 0
            {(Environment.UserName == "root" ? "user root" : "")}
            {extra}

            """);
        Start();
    }

    /// <summary>Its port.</summary>
    public int Port { get; }

    /// <summary>Its log.</summary>
    public string Log => _child?.Text ?? "";

    /// <summary>Waits for a line in its log.</summary>
    public void WaitForLog(string text) => _child!.WaitFor(l => l.Contains(text), $"`{text}` in mosquitto's log");

    /// <summary>Starts it again after <see cref="Stop"/> or <see cref="Kill"/>.</summary>
    public void Start()
    {
        _child = new Child(File.Exists("/usr/sbin/mosquitto") ? "/usr/sbin/mosquitto" : "mosquitto",
            ["-c", _config, .. _isVerbose ? ["-v"] : Array.Empty<string>()]);
        _child.WaitFor(l => l.Contains(" running"), "mosquitto's start");
    }

    /// <summary>Ends it in order: sessions and queues are saved.</summary>
    public void Stop()
    {
        _child?.Stop();
        _child = null;
    }

    /// <summary>Has it write its database now; otherwise it does so when it stops, and every half an hour.</summary>
    public void Save()
    {
        _child!.Signal("USR1");
        WaitFor("Saving in-memory database");
        // The next answer comes from the loop that wrote it.
        using var publisher = new Publisher(Port);
        publisher.Flush();
    }

    /// <summary>Removes its database: sessions and queues are forgotten.</summary>
    public void Forget() => File.Delete(_database);

    /// <summary>Waits for a line in its log, of the process that runs now.</summary>
    public string WaitFor(string text, int seconds = 30) =>
        _child!.WaitFor(l => l.Contains(text, StringComparison.Ordinal), $"`{text}` in mosquitto's log", seconds);

    /// <summary>Sends a signal.</summary>
    public void Signal(string name) => _child!.Signal(name);

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        _child?.Kill();
        _child = null;
    }

    /// <inheritdoc/>
    public void Dispose() => _child?.Dispose();
}
