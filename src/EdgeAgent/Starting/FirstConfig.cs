using EdgeAgent.Core.Text;
using EdgeAgent.Learning.Writing;

namespace EdgeAgent.Starting;

/// <summary>Writes a small commented configuration from a few answers.</summary>
static class FirstConfig
{
    /// <summary>What is wrong with the place summaries go to, or null.</summary>
    public static string? WrongSend(string send) =>
        send == "console" || Uri.TryCreate(send, UriKind.Absolute, out var url) && url.Scheme is "kafka" or "mqtt" or "mqtts" && url is
        { Host.Length: > 0, UserInfo: "", AbsolutePath.Length: > 1 } ? null
        : "expected console, kafka://HOST:PORT/TOPIC or mqtt://HOST/TOPIC";

    /// <summary>The configuration.</summary>
    public static string Of(FirstAnswers answers)
    {
        TopicTemplate.TryParse(answers.Topic, out var topic, out _);
        var labels = topic?.Labels.Where(label => label != "metric").ToList() ?? [];
        var key = labels.Count == 0 ? "metric" : labels[^1];
        var yaml = $"""
            # Made by `edge-agent init`. Every key: `edge-agent schema --docs configuration`. After a change: `edge-agent check --connect`.
            config: 1
            agent:
              id: {YamlText.Scalar(answers.Id)}  # who this gateway is; never the same twice
              data_dir: {YamlText.Scalar(answers.DataDir)}  # on a disk that keeps what is synced
            sources:
              local:
                type: mqtt
                url: {YamlText.Scalar(answers.Broker)}
                client_id: {YamlText.Scalar(answers.Id)}  # names our session at the broker; never the same twice there
            {Access(answers)}    subscriptions:
                  # Levels in braces become labels of the readings.
                  - topic: {YamlText.Scalar(answers.Topic)}
            {Decode(answers)}
            pipelines:
              summaries:
                from: local
                stages:
                  # One summary every five seconds for each group of labels: short, so that something shows up at once.
                  - window:
                      tumbling: 5s
                      by: [{string.Join(", ", labels.Append("metric"))}]
                      idle_timeout: 6s  # a sensor that fell silent does not hold its last summary back
                      aggregate: [count, min, max, mean]
                to: first
            outputs:
              first: {Output(answers.Send, key)}

            """;
        return yaml.ReplaceLineEndings("\n");
    }

    static string Access(FirstAnswers answers) =>
        (answers.Username is { } user ? $"    username: {YamlText.Text(user)}\n" : "")
        + (answers.Password is { } password ? $"    password: {YamlText.Scalar(password)}\n" : "")
        + (answers.CaFile is { } authorities ? $"    tls: {{ ca_file: {YamlText.Scalar(authorities)} }}\n" : "");

    static string Decode(FirstAnswers answers)
    {
        const string indent = "        ";
        var noTime = $"{indent}qos: 0  # without a time in the payload, equal messages could not be told from repeats\n";
        if (answers.Value is not { } value) return $"{noTime}{indent}decode: {{ format: number }}  # a payload is a number";
        return answers.Time is { } time
            ? $"{indent}decode:\n{indent}  format: json\n{indent}  value: {YamlText.Scalar(value)}\n"
                + $"{indent}  time: {{ path: {YamlText.Scalar(time)}, unit: {answers.Unit} }}"
            : $"{noTime}{indent}decode: {{ format: json, value: {YamlText.Scalar(value)} }}";
    }

    static string Output(string send, string key)
    {
        if (send == "console") return "{ type: console }  # to standard output, under systemd to the journal";
        var url = new Uri(send);
        var topic = Uri.UnescapeDataString(url.AbsolutePath[1..]);
        if (url.Scheme == "kafka")
            return $"{{ type: kafka, brokers: [\"{url.Host}:{(url.Port > 0 ? url.Port : 9092)}\"], topic: {YamlText.Scalar(topic)}, "
                + $"key: \"{{{key}}}\" }}";
        return $"{{ type: mqtt, url: {YamlText.Scalar($"{url.Scheme}://{url.Authority}")}, topic: {YamlText.Scalar(topic)} }}";
    }
}
