using System.CommandLine;
using EdgeAgent.Configuration;
using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.Modbus;
using EdgeAgent.Core.Outputs;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Sources.Mqtt;
using EdgeAgent.Core.Sources.Serial;
using EdgeAgent.Core.Specs;
using EdgeAgent.Outputs.Kafka;
using EdgeAgent.Outputs.Mqtt;
using EdgeAgent.Outputs.Webhook;
using EdgeAgent.Sources.Commands;
using EdgeAgent.Sources.Modbus;
using EdgeAgent.Sources.Mqtt;
using EdgeAgent.Sources.Wires;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent check</c>: all findings of a configuration, and with <c>--connect</c> those of the world it names.</summary>
static class CheckCommand
{
    static readonly TimeSpan WithinAnswer = TimeSpan.FromSeconds(5);

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var config = Take.Config();
        var connect = new Option<bool>("--connect") { Description = "Also try it: brokers reached, subscriptions granted, topics there. No reading is taken and no record sent; where a source has commands over MQTT 5.0, one answer that says it is a check is published." };
        var command = new Command("check", "Checks a configuration and shows all findings at once.") { config, connect };
        command.SetAction(parsed => Check(parsed.GetValue(config)!, parsed.GetValue(connect)));
        return command;
    }

    static int Check(string config, bool connect)
    {
        var result = ConfigReader.ReadFile(config);
        foreach (var finding in result.Findings) Console.Error.WriteLine(finding);
        var warnings = result.Findings.Count(f => f.Severity == Severity.Warning);
        var errors = result.Findings.Count - warnings;
        if (result.Settings is not { } settings)
        {
            Console.Error.WriteLine($"{config}: {Count(errors, "error")}, {Count(warnings, "warning")}. The configuration is not usable.");
            return ExitCode.Configuration;
        }

        Console.Out.WriteLine($"{config}: good ({Count(settings.Sources.Count, "source")}, {Count(settings.Pipelines.Count, "pipeline")}, {Count(settings.Outputs.Count, "output")}, {Count(warnings, "warning")})");
        foreach (var source in settings.Sources.OfType<ModbusSourceSettings>()) ShowPlan(source);
        return connect ? Connect(settings) : ExitCode.Good;
    }

    static string Count(int number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";

    static void ShowPlan(ModbusSourceSettings source)
    {
        var timing = source.Line is { } line ? new RtuTiming(line.Baud, line.BitsPerCharacter, source.FixedSilence) : (RtuTiming?)null;
        var load = 0.0;
        foreach (var unit in source.Units.Select(SensorProfiles.Resolve))
            foreach (var read in PollPlan.For(unit))
            {
                Console.Out.WriteLine($"  {source.Name}: {unit.Device}, {read}");
                if (timing is { } t && read.Interval > TimeSpan.Zero) load += t.CycleNs(read.Request) / (read.Interval.Ticks * 100.0);
            }

        if (timing is not null)
            Console.Out.WriteLine(FormattableString.Invariant($"  {source.Name}: {100 * load:0.#} % of the line at {source.Line!.Baud} baud with units that answer at once{(load > 1 ? "; this cannot be kept and polls will be missed" : "")}"));
    }

    static int Connect(GatewaySettings settings)
    {
        var good = true;
        foreach (var source in settings.Sources.OfType<MqttSourceSettings>()) good &= Show($"source {source.Name}", MqttSourceProbe.Run(source));
        // No broker announces it, and asking would mean to fill its queue: so it is said, not tried.
        if (settings.Sources.OfType<MqttSourceSettings>().Any(source => source.Subscriptions.Any(subscription => subscription.Qos > 0)))
            Console.Out.WriteLine("note    sources: how many messages a broker keeps while the agent is away cannot be asked; mosquitto keeps 1,000 a client unless max_queued_messages says more");
        foreach (var source in settings.Sources.OfType<SerialSourceSettings>()) good &= Show($"source {source.Name}", [PortProbe.Run(source.Line)]);
        foreach (var source in settings.Sources.OfType<ModbusSourceSettings>()) good &= Show($"source {source.Name}", [ModbusProbe.Run(source)]);
        foreach (var source in settings.Sources)
            if (CommandsOf(source) is { } commands) good &= Show($"commands of {source.Name}", CommandProbe.Run(commands, source.Name, settings.Agent.Id));
        foreach (var output in settings.Outputs.OfType<KafkaOutputSettings>()) good &= Show($"output {output.Name}", Ask(output, settings.Agent.Id));
        foreach (var output in settings.Outputs.OfType<MqttOutputSettings>()) good &= Show($"output {output.Name}", MqttOutputProbe.Run(output, settings.Agent.Id));
        foreach (var output in settings.Outputs.OfType<WebhookOutputSettings>()) good &= Show($"output {output.Name}", Reach(output));
        return good ? ExitCode.Good : ExitCode.Unavailable;
    }

    static Core.Commands.CommandsSettings? CommandsOf(SourceSettings source) => source switch
    {
        ModbusSourceSettings modbus => modbus.Commands,
        SerialSourceSettings serial => serial.Commands,
        _ => null,
    };

    static IReadOnlyList<(bool IsGood, string Text)> Ask(KafkaOutputSettings output, string agentId)
    {
        var probe = KafkaProbe.Run(output, agentId, WithinAnswer);
        List<(bool, string)> lines = [.. probe.Findings.Select(text => (false, text))];
        if (probe.Brokers.Count > 0) lines.Insert(0, (true, $"reached {string.Join(", ", probe.Brokers)}"));
        if (lines.Count == 1 && probe.Brokers.Count > 0 && !output.Topic.Contains('{')) lines.Add((true, $"topic {output.Topic} is there"));
        return lines;
    }

    static IReadOnlyList<(bool IsGood, string Text)> Reach(WebhookOutputSettings output)
    {
        using var connection = new WebhookConnection(output);
        var trouble = connection.Connect(WithinAnswer, CancellationToken.None);
        return [trouble is null ? (true, $"reached {connection.Where}; nothing was posted") : (false, trouble)];
    }

    static bool Show(string what, IReadOnlyList<(bool IsGood, string Text)> lines)
    {
        foreach (var (isGood, text) in lines) Console.Out.WriteLine($"{(isGood ? "ok    " : "FAILED")}  {what}: {text}");
        return lines.All(l => l.IsGood);
    }
}
