using System.CommandLine;
using System.Text;
using EdgeAgent.Configuration;
using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Formats;
using EdgeAgent.Sources.Mqtt;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent decode</c>: what a configuration makes of one message, step by step.</summary>
static class DecodeCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var config = Take.Config();
        var topic = Take.Text("--topic", "Topic of the message.", "a topic, such as sensors/p7/d1/temperature");
        topic.Required = true;
        var payload = Take.Text("--payload", "Payload as text.", "a text, such as '{\"value\":21.5}'");
        var hex = Take.Text("--hex", "Payload as hexadecimal digits.", "an even number of hexadecimal digits, such as 00D7",
            text => text.Length > 0 && text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit));
        var file = Take.Text("--file", "Payload from a file; - for standard input.", "the path of a file, such as payload.bin");
        var source = Take.Text("--source", "MQTT source of the configuration; all of them without it.",
            "the name of a source, such as plant");
        var at = Take.Text("--at", "Arrival time; now without it.", "a time such as 2026-01-31T12:00:00Z", text => IsTime(text, out _));
        var command = new Command("decode", "Shows step by step what a configuration makes of one message.")
        {
            config, topic, payload, hex, file, source, at,
        };
        command.SetAction(parsed =>
        {
            var result = ConfigReader.ReadFile(parsed.GetValue(config)!);
            foreach (var finding in result.Findings) Console.Error.WriteLine(finding);
            if (result.Settings is not { } settings) return ExitCode.Configuration;
            var wanted = parsed.GetValue(source);
            var sources = settings.Sources.OfType<MqttSourceSettings>().Where(s => wanted is null || s.Name == wanted).ToList();
            if (sources.Count == 0)
            {
                Console.Error.WriteLine(wanted is null ? "The configuration has no MQTT source." : $"No MQTT source is called {wanted}.");
                return ExitCode.Failed;
            }

            var arrival = DateTime.UtcNow.Subtract(DateTime.UnixEpoch).Ticks * 100;
            if (parsed.GetValue(at) is { } when) IsTime(when, out arrival);
            try
            {
                var bytes = Payload(parsed.GetValue(payload), parsed.GetValue(hex), parsed.GetValue(file));
                if (bytes is null)
                {
                    Console.Error.WriteLine("Give one of --payload, --hex and --file.");
                    return ExitCode.Usage;
                }

                var good = false;
                foreach (var each in sources)
                {
                    var explainer = new MessageExplainer(each.Subscriptions, settings.Agent.MaxLabelBytes);
                    Console.WriteLine($"source    {each.Name}");
                    foreach (var line in explainer.Explain(parsed.GetValue(topic)!, bytes, arrival)) Console.WriteLine(line);
                    good |= explainer.IsGood;
                }

                return good ? ExitCode.Good : ExitCode.Failed;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine(error.Message);
                return ExitCode.Io;
            }
        });
        return command;
    }

    static byte[]? Payload(string? text, string? hex, string? file)
    {
        if ((text is null ? 0 : 1) + (hex is null ? 0 : 1) + (file is null ? 0 : 1) != 1) return null;
        if (text is not null) return Encoding.UTF8.GetBytes(text);
        if (hex is not null) return Convert.FromHexString(hex);
        if (file != "-") return File.ReadAllBytes(file!);
        using var input = Console.OpenStandardInput();
        using var all = new MemoryStream();
        input.CopyTo(all);
        return all.ToArray();
    }

    static bool IsTime(string text, out long timeNs) => IsoTime.TryParse(Encoding.UTF8.GetBytes(text), out timeNs);
}
