using System.Globalization;
using System.Text;
using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Text;
using EdgeAgent.Learning.Inference;

namespace EdgeAgent.Learning.Writing;

/// <summary>Writes a proposal as a configuration, with comments that say why.</summary>
sealed class ProposalYaml
{
    const int Columns = 140;
    readonly StringBuilder _text = new();

    /// <summary>The configuration.</summary>
    /// <param name="proposal">What was inferred.</param>
    /// <param name="head">The rest.</param>
    /// <param name="results">What came of decoding the samples, a sentence a subscription; empty before that was tried.</param>
    public static string Of(Proposal proposal, ProposalHead head, IReadOnlyList<string> results)
    {
        var yaml = new ProposalYaml();
        yaml.Write(proposal, head, results);
        return yaml._text.ToString();
    }

    void Write(Proposal proposal, ProposalHead head, IReadOnlyList<string> results)
    {
        Comment("", head.Heard);
        Comment("", "A proposal: read it through, above all where a comment says that something was guessed or left out.");
        Line($"config: {GatewaySpec.Form}");
        Line("agent:");
        Line($"  id: {YamlText.Scalar(head.AgentId)}  # who this gateway is; never the same twice");
        Line($"  data_dir: {YamlText.Scalar(head.DataDir)}");
        Line("sources:");
        Line("  broker:");
        Line("    type: mqtt");
        Line($"    url: {YamlText.Scalar(head.Url)}");
        if (head.IsOldProtocol) Line("    protocol: v3.1.1  # the broker refused MQTT 5.0");
        Line($"    client_id: {YamlText.Scalar(head.AgentId)}  # names our session at the broker; never the same twice there");
        if (head.Username is { } user) Line($"    username: {YamlText.Text(user)}");
        if (head.Password is { } password) Line($"    password: {YamlText.Scalar(password)}");
        if (head.CaFile is { } authorities) Line($"    tls: {{ ca_file: {YamlText.Scalar(authorities)} }}");
        Line("    subscriptions:");
        for (var i = 0; i < proposal.Subscriptions.Count; i++)
            Subscription(proposal.Subscriptions[i], i < results.Count ? results[i] : "");
        Pipeline(proposal);
        Line("outputs:");
        Line("  screen: { type: console }");
        Line("  # Kafka instead, with `to: central` above:");
        Line("  # central: { type: kafka, brokers: [\"kafka.example:9092\"], topic: edge.summaries, key: \"{metric}\" }");
        NotRead(proposal.Unread);
    }

    void Subscription(ProposedSubscription subscription, string result)
    {
        const string indent = "      ";
        var count = subscription.Topics.Count;
        var first = YamlText.Printable(subscription.Topics[0].Name);
        var rate = subscription.Interval is { } interval ? $", a message every {SpanText.About(interval)}" : "";
        Comment(indent, $"{(count == 1 ? "One topic, " : $"{count} topics such as ")}{first}{rate}. {result}");
        if (count == 1 && subscription.TopicLabels.Count == 0)
            Comment(indent, "Put {device} in place of the level that differs from device to device.");
        if (!subscription.IsRetained && subscription.Topics.FirstOrDefault(topic => topic.Live == 0) is { } lain)
            Comment(indent, $"{YamlText.Printable(lain.Name)} came only as a retained message, which is not read: "
                + "`retained: true` reads such.");
        foreach (var note in subscription.Decode.Notes) Comment(indent, Sentence(note));
        Line($"{indent}- topic: {YamlText.Scalar(subscription.Template)}");
        if (!subscription.Decode.HasTime)
            Line($"{indent}  qos: 0  # no time in the payload: repeats of QoS 1 could not be told from equal messages. "
                + "What is sent while the agent is away is lost");
        if (subscription.IsRetained)
            Line($"{indent}  retained: true  # nothing came but what had lain at the broker; its age is not known");
        Decode(subscription.Decode);
        var labels = subscription.FixedLabels.Select(l => $"{l.Key}: {YamlText.Text(l.Value)}");
        if (subscription.FixedLabels.Count > 0) Line($"{indent}  labels: {{ {string.Join(", ", labels)} }}");
    }

    void Decode(ProposedDecode decode)
    {
        const string indent = "          ";
        Line("        decode:");
        Line($"{indent}format: {decode.Format}");
        if (decode.Samples is { } samples) Line($"{indent}samples: {YamlText.Scalar(samples)}");
        if (decode.Pattern is { } pattern) Line($"{indent}pattern: {YamlText.Scalar(pattern)}");
        if (decode.Format == "csv")
        {
            if (decode.HasHeader) Line($"{indent}header: true");
            else Line($"{indent}columns: [{string.Join(", ", decode.Columns.Select(YamlText.Scalar))}]");
            if (decode.Separator != ',') Line($"{indent}separator: {YamlText.Scalar(decode.Separator.ToString())}");
        }

        if (decode.Precision is { } precision and not "ns") Line($"{indent}precision: {precision}");
        if (decode.HasDecimalComma) Line($"{indent}decimal: comma");
        var place = decode.Format switch { "csv" => "column", "key_value" => "key", _ => "path" };
        if (decode.Fields.Count == 0)
        {
            // The format says where values are.
        }
        else if (decode.Format == "number") One(decode.Fields[0], indent);
        else if (decode.Format != "regex" && decode.Fields is [{ IsOptional: false } only])
        {
            Line($"{indent}value: {YamlText.Scalar(only.Place)}{Remark(only)}");
            One(only, indent);
        }
        else if (decode.Format != "regex")
        {
            Line($"{indent}fields:");
            foreach (var field in decode.Fields) Field(field, place, indent);
        }

        if (decode.Time is { } time)
            Line($"{indent}time: {{ {place}: {YamlText.Scalar(time.Place)}{Reading(time)} }}  # {YamlText.Printable(time.Why, 200)}");
        if (decode.Labels.Count > 0)
            Line($"{indent}labels: {{ {string.Join(", ", decode.Labels.Select(l => $"{l.Key}: {YamlText.Scalar(l.Value)}"))} }}");
    }

    static string Reading(ProposedTime time) =>
        (time.Date is { } date ? $", date: {YamlText.Scalar(date)}" : "")
        + (time.Unit.All(char.IsAsciiLetterOrDigit) ? time is { Date: not null, Unit: "iso8601" } ? "" : $", unit: {time.Unit}"
            : $", format: {YamlText.Text(time.Unit)}")
        + (time.Rate is { } rate ? $", rate: {YamlText.Scalar(rate)}" : "")
        + (time.HasUnset ? ", max_past: 365d" : "")
        + (time.IsOptional || time.HasUnset ? ", on_missing: arrival" : "");

    void One(ProposedField field, string indent)
    {
        if (field.Metric is { } metric) Line($"{indent}metric: {YamlText.Scalar(metric)}");
        if (field.States.Count > 0) Line($"{indent}states: {States(field)}");
    }

    void Field(ProposedField field, string place, string indent)
    {
        var keys = new StringBuilder($"{place}: {YamlText.Scalar(field.Place)}");
        if (field.Metric is { } metric) keys.Append($", metric: {YamlText.Scalar(metric)}");
        if (field.States.Count > 0) keys.Append($", states: {States(field)}");
        if (field.IsOptional) keys.Append(", optional: true");
        Line($"{indent}  - {{ {keys} }}{Remark(field)}");
    }

    static string Remark(ProposedField field)
    {
        var words = string.Join("; ",
            new[] { field.Seen, field.Unit is { } unit ? $"by its name in {unit}" : "" }.Where(w => w.Length > 0));
        return words.Length == 0 ? "" : $"  # {YamlText.Printable(words, 120)}";
    }

    static string States(ProposedField field)
    {
        var states = field.States.Select(state => string.Create(CultureInfo.InvariantCulture, $"{Quoted(state.Word)}: {state.Number}"));
        return $"{{ {string.Join(", ", states)} }}";
    }

    static string Quoted(string word) => word.All(char.IsAsciiLetterOrDigit) ? $"\"{word}\"" : YamlText.Scalar(word);

    void Pipeline(Proposal proposal)
    {
        var window = proposal.Window;
        var labels = proposal.Subscriptions.SelectMany(s => s.TopicLabels
                .Concat(s.FixedLabels.Select(l => l.Key)).Concat(s.Decode.Labels.Select(l => l.Key))
                .Concat(s.Decode.PathLabels).Concat(s.Decode.OwnLabels))
            .Where(label => label != "metric").Distinct(StringComparer.Ordinal).Append("metric");
        Line("pipelines:");
        Line("  summaries:");
        Line("    from: broker");
        Line("    stages:");
        Comment("      ", Sentence(window.Why));
        var slow = proposal.Subscriptions.Where(s => s.Interval > window.Length).ToList();
        if (slow.Count > 0)
            Comment("      ",
                $"Rarer than that, so that most windows hold one reading or none: {string.Join(", ", slow.Select(s => s.Template))}.");
        Line("      - window:");
        Line($"          tumbling: {Words.Of(window.Length)}");
        Line($"          by: [{string.Join(", ", labels)}]");
        if (window.OutOfOrder > TimeSpan.Zero)
            Line($"          out_of_order: {Words.Of(window.OutOfOrder)}  # waits so long for readings that others overtook");
        Line($"          idle_timeout: {Words.Of(window.Idle)}");
        Line("          aggregate: [count, min, max, mean]");
        Line("    to: screen");
    }

    void NotRead(IReadOnlyList<Unread> unread)
    {
        if (unread.Count == 0) return;
        Line("");
        Line("# Not read:");
        foreach (var each in unread)
        {
            var names = string.Join(", ", each.Names.Select(name => YamlText.Printable(name)));
            Comment("", $"- {names}{(each.Topics > each.Names.Count ? $" and {each.Topics - each.Names.Count} more" : "")}: {each.Why}.");
            if (each.Sample is { } sample) Line($"#     {YamlText.Printable(sample)}");
        }
    }

    void Comment(string indent, string text)
    {
        var line = new StringBuilder();
        foreach (var word in YamlText.Printable(text.Trim(), 1000).Split(' '))
        {
            if (line.Length > 0 && indent.Length + 3 + line.Length + word.Length > Columns)
            {
                Line($"{indent}# {line}");
                line.Clear();
            }

            line.Append(line.Length == 0 ? "" : " ").Append(word);
        }

        Line($"{indent}# {line}");
    }

    void Line(string line) => _text.Append(line).Append('\n');

    static string Sentence(string text) =>
        (char.IsAsciiLetterLower(text[0]) ? char.ToUpperInvariant(text[0]) + text[1..] : text) + (text.EndsWith('.') ? "" : ".");
}
