using System.CommandLine;
using System.Runtime;
using System.Runtime.InteropServices;
using EdgeAgent.Configuration;
using EdgeAgent.Core.Settings;
using EdgeAgent.Host;
using EdgeAgent.Native.Memory;
using EdgeAgent.Storage;

namespace EdgeAgent.Commands;

/// <summary><c>edge-agent run</c>: the agent itself, until a signal.</summary>
static class RunCommand
{
    const int MinuteMs = 60_000;

    // Connections are made on their own threads; by then they have.
    const int SettledMs = 3_000;


    /// <summary>The command.</summary>
    public static Command Create()
    {
        var config = new Argument<FileInfo>("config") { Description = "The configuration (YAML)." };
        var format = new Option<string>("--log") { Description = "Log format: auto (text on a terminal), text or json.", DefaultValueFactory = _ => "auto" };
        format.AcceptOnlyFromAmong("auto", "text", "json");
        var verbose = new Option<bool>("--verbose") { Description = "Log details of connections and commits too." };
        var command = new Command("run", "Runs the agent until SIGTERM or SIGINT.") { config, format, verbose };
        command.SetAction(parsed => Run(parsed.GetValue(config)!, parsed.GetValue(format)!, parsed.GetValue(verbose)));
        return command;
    }

    static int Run(FileInfo config, string format, bool verbose)
    {
        var startedNs = SystemClock.MonotonicNs;
        var result = ConfigReader.ReadFile(config.FullName);
        foreach (var finding in result.Findings) Console.Error.WriteLine(finding);
        if (result.Settings is not { } settings) return ExitCode.Configuration;

        using var logger = Log.Create(format, verbose);
        var clock = new SystemClock();
        var log = new LogLimiter(logger, clock);
        var prepared = DataDirectory.Prepare(settings.Agent.DataDir, settings.Buffer.MaxSizeBytes);
        foreach (var warning in prepared.Warnings) logger.Warning("{Text:l}", warning);
        if (prepared.Error is { } problem) logger.Error("{Text:l}", problem);
        if (prepared.Directory is not { } directory) return ExitCode.Io;
        using var owned = directory;

        try
        {
            using var store = SqliteStore.Open(new StoreOptions
            {
                Directory = directory.Path,
                MaxSizeBytes = settings.Buffer.MaxSizeBytes,
                OnFull = settings.Buffer.OnFull,
                Report = text => log.Warn("store", text),
            });
            return Run(settings, store, clock, log, startedNs, () => ConfigReader.ReadFile(config.FullName));
        }
        catch (StoreException error)
        {
            logger.Error("{Text:l}", error.Message);
            return ExitCode.Io;
        }
    }

    static int Run(GatewaySettings settings, IStore store, SystemClock clock, LogLimiter log, long startedNs, Func<ConfigResult> readAgain)
    {
        using var stopping = new ManualResetEventSlim();
        var signals = 0;
        void OnSignal(PosixSignalContext context)
        {
            if (Interlocked.Increment(ref signals) > 1) Environment.Exit(ExitCode.Failed); // commits make this safe
            context.Cancel = true;
            stopping.Set();
        }

        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var gateway = new Gateway(settings, store, clock, log, readAgain);
        gateway.Start();
        log.Log.Information("edge-agent {Version} runs as {Id}: {Sources} sources, {Pipelines} pipelines, {Outputs} outputs; started in {StartMs} ms",
            Product.Version, settings.Agent.Id, settings.Sources.Count, settings.Pipelines.Count, settings.Outputs.Count, (SystemClock.MonotonicNs - startedNs) / 1_000_000);
        if (!stopping.Wait(SettledMs)) GiveBackStartUp();
        while (!stopping.Wait(MinuteMs)) Write(log, gateway, "minute");
        log.Log.Information("Stopping: last commit, then outputs have 5 s to send what is left. A second signal stops at once");
        gateway.Stop();
        Write(log, gateway, "end");
        return ExitCode.Good;
    }

    /// <summary>What start-up left behind goes back to the system; from here on the data path allocates nothing.</summary>
    static void GiveBackStartUp()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        ProcessMemory.Trim();
    }

    static void Write(LogLimiter log, Gateway gateway, string when)
    {
        var (template, values) = gateway.Counts();
        log.Log.Information("Counts at {When:l}: " + template, [when, .. values]);
    }
}
