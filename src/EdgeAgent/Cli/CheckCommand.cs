using System.CommandLine;
using EdgeAgent.Catalog;
using EdgeAgent.Clocks;
using EdgeAgent.Configuration;
using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.Specs;
using EdgeAgent.Fleets;
using EdgeAgent.Fleets.Link;
using EdgeAgent.Models;
using EdgeAgent.Probes;
using EdgeAgent.Sources.Commands;
using EdgeAgent.Web;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent check</c>: all findings of a configuration and of the models it names,
/// and with <c>--connect</c> those of the world.</summary>
static class CheckCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var config = Take.Config();
        var connect = new Option<bool>("--connect") { Description = "Also try it: brokers reached, subscriptions granted, topics there. "
            + "No reading is taken and no record sent; where a source has commands over MQTT 5.0, one answer that says it is "
            + "a check is published." };
        var command = new Command("check", "Checks a configuration, tries its models, and shows all findings at once.") { config, connect };
        command.SetAction(parsed => Check(parsed.GetValue(config)!, parsed.GetValue(connect)));
        return command;
    }

    static int Check(string config, bool connect)
    {
        var result = FleetConfiguration.Complete(ConfigReader.ReadFile(config));
        var hindrance = result.Settings is { Models.Count: > 0 } ? ModelTrial.Hindrance() : null;
        var findings = hindrance is null ? ModelFindings.Of(result, config) : result.Findings;
        foreach (var finding in findings) Console.Error.WriteLine(finding);
        var warnings = findings.Count(f => f.Severity == Severity.Warning);
        var errors = findings.Count - warnings;
        if (result.Settings is not { } settings || errors > 0)
        {
            Console.Error.WriteLine($"{config}: {Count(errors, "error")}, {Count(warnings, "warning")}. The configuration is not usable.");
            return ExitCode.Configuration;
        }

        Console.Out.WriteLine($"{config}: good ({Count(settings.Sources.Count, "source")}, {Count(settings.Pipelines.Count, "pipeline")}, "
            + $"{Count(settings.Outputs.Count, "output")}, {Count(warnings, "warning")})");
        if (settings.Pipelines.Count == 0)
            Console.Out.WriteLine("note    sources, pipelines and outputs come with a document of the fleet; "
                + "until then only its link runs");
        foreach (var source in settings.Sources)
            foreach (var line in Components.KindOf(source).Plan(source)) Console.Out.WriteLine($"  {source.Name}: {line}");
        if (hindrance is not null) Console.Out.WriteLine($"note    models: not tried. {hindrance}");
        TellMemory(settings);
        return connect ? Connect(settings) : ExitCode.Good;
    }

    // The limit of configs/edge-agent.service.
    const long UnitBytes = 256L << 20;

    static void TellMemory(GatewaySettings settings)
    {
        if (ModelMemoryNeed.Bytes(settings) is not (> 0 and var bytes)) return;
        var mib = (bytes + (1 << 20) - 1) >> 20;
        Console.Out.WriteLine(bytes <= UnitBytes
            ? $"  models: up to {mib} MiB with the agent, also while they are loaded anew; "
                + "the service's MemoryMax= of 256 MiB is enough"
            : $"  models: up to {mib} MiB with the agent, also while they are loaded anew. "
                + $"Set MemoryMax={mib}M for the service (256M now): "
                + "`systemctl edit edge-agent`");
    }

    static string Count(int number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";

    static int Connect(GatewaySettings settings)
    {
        var good = true;
        var context = new ProbeContext(settings.Agent.Id, new SystemClock());
        OutgoingProxy.Use(settings.Proxy);
        foreach (var kind in Components.Sources)
        {
            var sources = settings.Sources.Where(source => source.GetType() == kind.Settings).ToList();
            foreach (var source in sources) good &= Show($"source {source.Name}", kind.Probe(source, context));
            if (kind.Untried(sources) is { } note) Console.Out.WriteLine($"note    sources: {note}");
        }

        foreach (var source in settings.Sources)
            if (Components.KindOf(source).Commands(source) is { } commands)
                good &= Show($"commands of {source.Name}", CommandProbe.Run(commands, source.Name, context));
        foreach (var kind in Components.Outputs)
            foreach (var output in settings.Outputs.Where(output => output.GetType() == kind.Settings))
                good &= Show($"output {output.Name}", kind.Probe(output, context));
        if (settings.Fleet is { } fleet) good &= Show("fleet", FleetProbe.Run(fleet, context));
        return good ? ExitCode.Good : ExitCode.Unavailable;
    }

    static bool Show(string what, IReadOnlyList<ProbeLine> lines)
    {
        foreach (var line in lines)
            Console.Out.WriteLine($"{(line.IsWarning ? "WARN  " : line.IsGood ? "ok    " : "FAILED")}  {what}: {line.Text}");
        return lines.All(line => line.IsGood);
    }
}
