using System.CommandLine;

namespace EdgeAgent.Cli;

/// <summary>The options of a command that reads a recording: messages as JSON lines, or a table (CSV) whose rows are messages.</summary>
sealed class RecordingOptions
{
    readonly ValueOption<string?> _topic = Take.Text("--topic", "For a table (CSV): the topic of its rows. Each row is a message, a JSON "
        + "object of its columns.", "a topic, such as --topic plant/1/row");

    readonly ValueOption<string?> _source = Take.Text("--source", "For a table (CSV): the MQTT source that its rows come from, when there "
        + "are several.", "a name under `sources`, such as --source plant");

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_topic);
        command.Add(_source);
    }

    /// <summary>What was given.</summary>
    public RecordingPlace Of(ParseResult parsed, string path) => new(path, parsed.GetValue(_topic), parsed.GetValue(_source));
}
