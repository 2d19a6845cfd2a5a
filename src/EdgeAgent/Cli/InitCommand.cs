using System.CommandLine;
using EdgeAgent.Configuration;
using EdgeAgent.Core.Specs;
using EdgeAgent.Starting;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent init</c>: writes a small commented configuration, by asking or by options.</summary>
static class InitCommand
{
    static readonly string[] Units = ["s", "ms", "us", "ns", "iso8601"];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var path = Take.TextArgument("config", "The file to write.", "the path of a file, such as config.yaml");
        var broker = Take.Text("--broker", "The MQTT broker.",
            $"{BrokerUrl.Expected}, such as --broker mqtt://127.0.0.1",
            text => BrokerUrl.TryRead(text, out _));
        var topic = Take.Text("--topic", "The topic, with {label} for levels that differ.",
            "a topic such as --topic 'sensors/{device}/{metric}'", text => Templates.Topic(text) is null);
        var value = Take.Text("--value", "JSON path of the value; `number` when a payload is a number.",
            "a JSON path or `number`, such as --value '$.value'", text => text == "number" || Templates.Path(text) is null);
        var time = Take.Text("--time", "JSON path of the time; `arrival` for that of the arrival.",
            "a JSON path or `arrival`, such as --time '$.ts'", text => text == "arrival" || Templates.Path(text) is null);
        var unit = Take.Text("--time-unit", "Unit of the time; ms without it.",
            $"one of {string.Join(", ", Units)}, such as --time-unit ms",
            Units.Contains);
        var send = Take.Text("--send", "Where summaries go: console, kafka://HOST:PORT/TOPIC or mqtt://HOST/TOPIC.",
            "console, kafka://HOST:PORT/TOPIC or mqtt://HOST/TOPIC, such as --send console", text => FirstConfig.WrongSend(text) is null);
        var id = Take.Text("--id", "Id of this gateway; the machine's name without it.",
            "letters, digits, `.`, `_` and `-`, such as --id gw-1",
            text => Words.Id(text) is null);
        var dataDir = Take.Text("--data-dir", "Folder of the agent's data; /var/lib/edge-agent without it.",
            "the path of a folder, such as --data-dir /var/lib/edge-agent");
        var force = new Option<bool>("--force") { Description = "Overwrite a file that is there." };
        var access = new BrokerAccess();
        var command = new Command("init", "Writes a small commented configuration: asks for what the options do not say.")
        {
            path, broker, topic, value, time, unit, send, id, dataDir, force,
        };
        access.AddTo(command);
        command.SetAction(parsed =>
        {
            var file = parsed.GetValue(path)!;
            if (File.Exists(file) && !parsed.GetValue(force))
            {
                Console.Error.WriteLine($"{file} is there already. Give another name, or --force to overwrite it.");
                return ExitCode.Failed;
            }

            var asking = new Asking(Console.In, Console.Error, !Console.IsInputRedirected);
            var url = asking.For(parsed.GetValue(broker), "MQTT broker", "mqtt://127.0.0.1:1883",
                text => BrokerUrl.TryRead(text, out _) ? null : $"expected {BrokerUrl.Expected}");
            var filter = asking.For(parsed.GetValue(topic), "Topic, with {label} for levels that differ", "sensors/{device}/{metric}",
                text => Templates.Topic(text)?.Message);
            var place = asking.For(parsed.GetValue(value), "A payload is a `number`, or JSON with the value at the path", "number",
                text => text == "number" ? null : Templates.Path(text)?.Message);
            var when = place == "number" ? "arrival" : asking.For(parsed.GetValue(time), "JSON path of the time, or `arrival`", "arrival",
                text => text == "arrival" ? null : Templates.Path(text)?.Message);
            var ticks = when == "arrival" ? "ms" : asking.For(parsed.GetValue(unit), $"Its unit: {string.Join(", ", Units)}", "ms",
                text => Units.Contains(text) ? null : $"expected one of {string.Join(", ", Units)}");
            var target = asking.For(parsed.GetValue(send), "Summaries go to console, kafka://HOST:PORT/TOPIC or mqtt://HOST/TOPIC",
                "console",
                FirstConfig.WrongSend);
            BrokerUrl.TryRead(url, out var address);
            if (!access.Read(parsed, address!, out var identity)) return ExitCode.Usage;
            return Write(file, parsed.GetValue(force), new(parsed.GetValue(id) ?? BrokerUrl.AgentId(), url, filter, target)
            {
                Value = place == "number" ? null : place,
                Time = when == "arrival" ? null : when,
                Unit = ticks,
                DataDir = parsed.GetValue(dataDir) is { } folder ? Path.GetFullPath(folder) : "/var/lib/edge-agent",
                Username = identity!.Username,
                Password = identity.PasswordReference,
                CaFile = identity.CaFile,
            });
        });
        return command;
    }

    static int Write(string path, bool force, FirstAnswers answers)
    {
        var yaml = FirstConfig.Of(answers);
        var read = ConfigReader.Read(yaml, path);
        foreach (var finding in read.Findings) Console.Error.WriteLine(finding);
        if (!read.IsGood)
        {
            Console.Error.WriteLine("These answers make no configuration, and nothing was written.");
            return ExitCode.Configuration;
        }

        try
        {
            using var file = new FileStream(path, force ? FileMode.Create : FileMode.CreateNew, FileAccess.Write);
            using var writer = new StreamWriter(file);
            writer.Write(yaml);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{path} cannot be written: {e.Message}");
            return ExitCode.Io;
        }

        Console.Out.WriteLine($"{path} is written. Next: edge-agent check --connect {path}");
        return ExitCode.Good;
    }
}
