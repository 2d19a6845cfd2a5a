using EdgeAgent.Core.Gateways;
using EdgeAgent.Replays;
using EdgeAgent.Sources.Mqtt;

namespace EdgeAgent.Cli;

/// <summary>Where a recording is.</summary>
/// <param name="Path">The file; <c>-</c> for standard input.</param>
/// <param name="Topic">For a table, the topic of its rows; null for JSON lines.</param>
/// <param name="Source">For a table, the source; null for the only one.</param>
sealed record RecordingPlace(string Path, string? Topic = null, string? Source = null)
{
    /// <summary>Opens it as JSON lines; null, with a sentence on <paramref name="error"/>, when the options do not fit.</summary>
    public TextReader? Open(GatewaySettings settings, TextWriter error)
    {
        if (Topic is null)
        {
            if (!Path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)) return Path == "-" ? Console.In : new StreamReader(Path);
            error.WriteLine($"{Path} is a table. Give the topic that its rows come from with --topic, such as --topic plant/1/row.");
            return null;
        }

        var sources = settings.Sources.OfType<MqttSourceSettings>().Select(s => s.Name).ToList();
        if (Source is null && sources.Count != 1 || Source is { } name && !sources.Contains(name))
        {
            error.WriteLine($"Give the MQTT source that the rows come from with --source: {string.Join(", ", sources)}.");
            return null;
        }

        return new CsvRecording(Path == "-" ? Console.In : new StreamReader(Path), Source ?? sources[0], Topic);
    }
}
