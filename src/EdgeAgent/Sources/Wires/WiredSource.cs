using EdgeAgent.Clocks;
using EdgeAgent.Core.Commands;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.State;
using EdgeAgent.Flow;
using EdgeAgent.Logs;
using EdgeAgent.Sources.Commands;
using EdgeAgent.Status;
using EdgeAgent.Supervision;

namespace EdgeAgent.Sources.Wires;

/// <summary>A source on a wire without memory (a serial line, a Modbus bus): one thread that opens it, serves it,
/// and opens it again.</summary>
/// <remarks>
/// A lost wire is logged once and tried again with growing pauses, under whatever number its path then leads to. One that opens
/// and is lost again before anything came over it (a gateway without a free connection) is still the same failure: the pauses
/// go on growing, and it is called back only when something comes. Nothing on a wire can be asked for again, so there is no
/// progress to store and nothing to acknowledge.
/// </remarks>
sealed class WiredSource(string name, IWireProtocol protocol, SourceFeed feed, LogLimiter log, CommandLink? commands = null) : ISource
{
    static readonly TimeSpan ProvenAfter = TimeSpan.FromSeconds(10);
    static readonly int[] PausesMs = [100, 500, 1000, 2000, 5000];

    readonly CancellationTokenSource _stopping = new();
    Thread? _thread;
    volatile SourceState _state = SourceState.Starting;
    volatile string? _lastError;
    int _failures;
    bool _isOpen;
    bool _isProven;
    bool _isFlapping;
    long _connects;
    long _openSinceNs = MonotonicTime.Never.Ns;
    readonly NextTry _nextTry = new(feed.Clock);

    /// <summary>A source with its way for commands, if any are configured.</summary>
    public static WiredSource Create(
        string name, CommandsSettings? settings, SourceContext context, Func<CommandInbox?, IWireProtocol> protocol)
    {
        if (settings is null) return new WiredSource(name, protocol(null), context.Feed, context.Log);
        var inbox = new CommandInbox(name, settings.Rules, context.Clock, context.Log);
        var wired = protocol(inbox);
        inbox.Wake = wired.Wake;
        var link = new CommandLink(settings, context.AgentId, inbox, context.Clock, context.Log)
        {
            Progress = context.Watch?.Over($"commands of source {name}") ?? new("commands"),
        };
        return new WiredSource(name, wired, context.Feed, context.Log, link);
    }

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public SourceFeed Feed => feed;

    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<byte> progress)
    {
        // A wire has no memory: there is no progress.
    }

    /// <inheritdoc/>
    public void Start(CancellationToken stop)
    {
        _thread = new Thread(Run, 256 * 1024) { IsBackground = true, Name = "source " + name };
        _thread.Start();
        commands?.Start();
    }

    /// <inheritdoc/>
    public void StopReading()
    {
        _stopping.Cancel();
        feed.Gate.Stop();
        commands?.Close();
        protocol.Wake();
        _thread?.Join();
        commands?.Dispose();
    }

    /// <inheritdoc/>
    public IReadOnlyList<StageStateHandle> States => [];

    /// <inheritdoc/>
    public bool TryCopyProgress(StateWriter writer) => false;

    /// <inheritdoc/>
    public void OnCommitted()
    {
    }

    /// <inheritdoc/>
    public void OnCommitFailed()
    {
    }

    /// <inheritdoc/>
    public MonotonicTime IdleFloor(MonotonicTime now) => MonotonicTime.Earlier(OpenSince, now);

    /// <inheritdoc/>
    public void Forget(ReadOnlySpan<int> series) => protocol.Forget(series);

    /// <inheritdoc/>
    public void ReportSeen() => protocol.ReportSeen();

    /// <inheritdoc/>
    public void Close() => _state = SourceState.Stopped;

    /// <inheritdoc/>
    public SourceStatus Status()
    {
        var details = new StatusFields
        {
            { protocol.WireKey, protocol.Wire },
            { "connections", Volatile.Read(ref _connects) },
            { "readings", feed.Readings },
            protocol.Status(),
        };
        if (commands is not null) details.Add("commands", commands.Status());
        return new SourceStatus(name, protocol.Type, _state, _nextTry.Left, details, _lastError);
    }

    MonotonicTime OpenSince
    {
        get => new(Volatile.Read(ref _openSinceNs));
        set => Volatile.Write(ref _openSinceNs, value.Ns);
    }

    void Run()
    {
        feed.Progress.Begin();
        Loop();
        feed.Progress.End();
    }

    void Loop()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                feed.Progress.At(Step.Connecting);
                (_isOpen, _isProven) = (false, false);
                protocol.Serve(Opened, Heard, _stopping.Token);
            }
            catch (WireException e)
            {
                if (_stopping.IsCancellationRequested) return;
                Lost(e);
            }

            OpenSince = MonotonicTime.Never;
            if (_stopping.IsCancellationRequested) return;
            var pauseMs = PausesMs[Math.Clamp(_failures, 1, PausesMs.Length) - 1];
            _nextTry.In(TimeSpan.FromMilliseconds(pauseMs));
            _state = SourceState.Waiting;
            feed.Progress.Wait(_stopping.Token.WaitHandle, TimeSpan.FromMilliseconds(pauseMs));
            _nextTry.Begins();
        }
    }

    void Opened()
    {
        Volatile.Write(ref _connects, _connects + 1);
        _state = protocol.Doing;
        _isOpen = true;
        OpenSince = feed.Clock.Monotonic;
        if (_failures > 0 && !_isFlapping) SayBack();
    }

    void Heard()
    {
        _isProven = true;
        if (_isFlapping) SayBack();
        (_failures, _isFlapping) = (0, false);
    }

    void Lost(WireException e)
    {
        if (_isOpen && !_isProven && feed.Clock.Monotonic - OpenSince >= ProvenAfter)
            (_failures, _isFlapping, _isProven) = (0, false, true);
        if (_failures == 0 || _isOpen && !_isFlapping)
            log.Log.Warning("source {Source}: {Error:l} Trying again until it works", name, e.Message);
        _isFlapping |= _isOpen && !_isProven;
        _lastError = e.Message;
        _failures++;
    }

    void SayBack() => log.Log.Information("source {Source}: {Wire} is back", name, protocol.Wire);
}
