using System.CommandLine;
using System.Runtime;
using EdgeAgent.Clocks;
using EdgeAgent.Commits;
using EdgeAgent.Configuration;
using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Settings;
using EdgeAgent.Fleets;
using EdgeAgent.Host;
using EdgeAgent.Libraries;
using EdgeAgent.Logs;
using EdgeAgent.Native.Memory;
using EdgeAgent.Network.Limits;
using EdgeAgent.Reloads;
using EdgeAgent.Reports;
using EdgeAgent.Storage;
using EdgeAgent.Supervision;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent run</c>: the agent itself, until a signal.</summary>
static class RunCommand
{
    const int TenSecondsMs = 10_000;
    const int TensInMinute = 6;

    // Connections are made on their own threads; by then they have.
    const int SettledMs = 3_000;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var config = Take.Config();
        var format = new ChoiceOption<LogFormat>("--log",
            "Log format; auto is text on a terminal and in the journal of systemd, json elsewhere.", LogFormat.Auto);
        var verbose = new Option<bool>("--verbose") { Description = "Log details of connections and commits too." };
        var command = new Command("run", "Runs the agent until SIGTERM or SIGINT; SIGHUP takes over its changed configuration.")
        {
            config, format, verbose,
        };
        command.SetAction(parsed => Run(parsed.GetValue(config)!, format.Of(parsed), parsed.GetValue(verbose)));
        return command;
    }

    static int Run(string config, LogFormat format, bool verbose)
    {
        using var hangUp = new HangUp();
        using var manager = ServiceManager.OfThisProcess();
        var clock = new SystemClock();
        var started = clock.Monotonic;
        var result = ConfigReader.ReadFile(config);
        var isOfFleet = FleetConfiguration.IsOfFleet(result);
        var findings = result.Findings.Where(f => !isOfFleet || !FleetConfiguration.IsOfDocument(f)).ToList();
        if (result.Settings is null && !isOfFleet)
        {
            foreach (var finding in findings) Console.Error.WriteLine(finding);
            return ExitCode.Configuration;
        }

        if (NativeLibraries.MissingToRun() is { } library)
        {
            Console.Error.WriteLine(library);
            return ExitCode.Unavailable;
        }

        var tail = isOfFleet ? new LogTail() : null;
        using var logger = Log.Create(format, verbose, also: tail);
        foreach (var finding in findings) logger.Warning("{Text:l}", finding.ToString());
        AppDomain.CurrentDomain.UnhandledException += (_, failure) => Die(logger, failure.ExceptionObject as Exception);
        _ = OpenFiles.Limit; // later there may be no file left to read it from
        var log = new LogLimiter(logger, clock);
        using var ending = new Ending();
        using var supervisor = new Supervisor(manager, clock, log);
        supervisor.Start();
        supervisor.Starting("Opens the database");
        var prepared = DataDirectory.Prepare(FleetConfiguration.Section<AgentSettings>(result, "agent")!.DataDir,
            result.Settings?.Buffer.MaxSizeBytes ?? new BufferSettings().MaxSizeBytes);
        foreach (var warning in prepared.Warnings) logger.Warning("{Text:l}", warning);
        if (prepared.Error is { } problem) logger.Error("{Text:l}", problem);
        if (prepared.Directory is not { } directory) return ExitCode.Io;
        using var owned = directory;

        FleetLife? begun;
        try
        {
            begun = isOfFleet ? FleetLife.Begin(directory.Path, config, result, clock, log) : null;
        }
        catch (IOException error)
        {
            logger.Error("Fleet: the state in {Directory:l} cannot be used: {Text:l}", directory.Path, error.Message);
            return ExitCode.Io;
        }

        using var fleet = begun;
        try
        {
            var running = fleet?.Effective ?? result;
            var settings = running.Settings!;
            using var store = StoreWait.Open(() => SqliteStore.Open(new StoreOptions
            {
                Directory = directory.Path,
                MaxSizeBytes = settings.Buffer.MaxSizeBytes,
                OnFull = settings.Buffer.OnFull,
                Report = text => log.Warn("store", text),
                Clock = clock,
            }), log, ms =>
            {
                supervisor.Starting($"Waits for space on the disk of {directory.Path}: no message is taken before", isWaiting: true);
                return ending.Wait(ms);
            });
            if (store is null) return ExitCode.Good;
            supervisor.Starting("Restores windows and progress from the database");
            foreach (var missing in EarlierLife.Read(directory.Path)?.MissingFrom(store) ?? []) logger.Error("{Text:l}", missing);
            return Run(settings, store, new ReloadSource(config, running, fleet?.Read ?? ConfigReader.ReadFile),
                new Life(clock, started, log, ending, supervisor, fleet, tail, hangUp));
        }
        catch (StoreException error)
        {
            logger.Error("{Text:l}", error.Message);
            return ExitCode.Io;
        }
    }

    static int Run(GatewaySettings settings, IStore store, ReloadSource source, Life life)
    {
        var (clock, started, log, ending, supervisor, fleet, tail, hangUp) = life;
        using var gateway = new Gateway(settings, store, clock, log,
            new() { Source = source, Watch = supervisor.Watch, Fleet = fleet?.Answers });
        if (gateway.Reloads is { } reloads)
        {
            reloads.Began = supervisor.Reloading;
            reloads.Ended = _ => supervisor.Ready(StatusLine.Of(gateway.Status()));
        }

        void Fail(string why)
        {
            log.Log.Fatal("{Text:l}", why);
            ending.Fail();
        }

        gateway.Ended = Fail;
        gateway.Start();
        hangUp.Calls(gateway.Reload);
        fleet?.Start(new FleetHost(gateway.Status, gateway.Reload, Fail)
        {
            Log = count => ShownLog(tail!, count, source),
        });
        supervisor.Ready(StatusLine.Of(gateway.Status()));
        log.Log.Information(
            "edge-agent {Version} runs as {Id}: sources {Sources}, pipelines {Pipelines}, outputs {Outputs}; started in {StartMs} ms",
            Product.Version, settings.Agent.Id, settings.Sources.Count, settings.Pipelines.Count, settings.Outputs.Count,
            (long)(clock.Monotonic - started).TotalMilliseconds);
        if (!clock.Now.WallTrusted)
            log.Log.Information("The gateway's clock is not synchronised (or before this version was made): "
                + "readings from the future are not checked for. Set up NTP, such as systemd-timesyncd or chrony");
        if (!ending.Wait(SettledMs)) GiveBackStartUp();
        EarlierLife.Write(settings.Agent.DataDir, store, clock.Now.Wall);
        for (var tens = 1; ; tens++)
        {
            supervisor.Status(StatusLine.Of(gateway.Status()));
            if (ending.Wait(TenSecondsMs)) break;
            if (tens % TensInMinute > 0) continue;
            Write(log, gateway, "minute");
            EarlierLife.Write(settings.Agent.DataDir, store, clock.Now.Wall);
        }

        log.Log.Information("Stopping: last commit, then outputs have 5 s to send what is left. A second signal stops at once");
        supervisor.Stopping();
        hangUp.Calls(null);
        var committed = gateway.Stop();
        fleet?.Dispose();
        if (!committed)
            log.Log.Error("The last commit failed: what was not acknowledged stays with its senders and comes again at the next start; "
                + "other readings since the last commit are lost");
        Write(log, gateway, "end");
        EarlierLife.Write(settings.Agent.DataDir, store, clock.Now.Wall);
        return committed && !ending.Failed ? ExitCode.Good : ExitCode.Io;
    }

    /// <summary>An invariant is broken: no more commits, a clear line,
    /// and the supervisor starts the agent anew from the last commit.</summary>
    static void Die(Serilog.Core.Logger logger, Exception? failure)
    {
        try
        {
            logger.Fatal(failure, "The agent stops because of a fault in itself; what was committed is safe. Please report this");
            logger.Dispose();
        }
        finally
        {
            // At once: without memory neither the log nor an orderly end of the runtime may work,
            // and an agent that hangs is not started again.
            ProcessEnd.Now(ExitCode.Software);
        }
    }

    /// <summary>The log's end as <c>edge-agent report</c> shows it: no reading, no topic, no secret.</summary>
    static IReadOnlyList<string> ShownLog(LogTail tail, int count, ReloadSource source)
    {
        var (own, running) = (ConfigExcerpt.SecretsOf(ConfigReader.ReadFile(source.Path).Root),
            ConfigExcerpt.SecretsOf(source.Read(source.Path).Root));
        return [.. tail.Last(count, LogExcerpt.Sentence).Select(line => own.Without(running.Without(line)))];
    }

    /// <summary>What start-up left behind goes back to the system; from here on the data path allocates nothing.</summary>
    static void GiveBackStartUp()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        try
        {
            ProcessMemory.Trim();
        }
        catch (IOException)
        {
            // No file can be opened to read what is mapped: it stays.
        }
    }

    static void Write(LogLimiter log, Gateway gateway, string when)
    {
        var (template, values) = gateway.Counts();
        log.Log.Information("Counts at {When:l}: " + template, [when, .. values]);
    }

    /// <summary>What one run of the process has.</summary>
    sealed record Life(SystemClock Clock, MonotonicTime Started, LogLimiter Log, Ending Ending, Supervisor Supervisor,
        FleetLife? Fleet, LogTail? Tail, HangUp HangUp);
}
