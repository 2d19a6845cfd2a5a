using System.CommandLine;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Text;
using EdgeAgent.Learning;
using EdgeAgent.Learning.Inference;
using EdgeAgent.Learning.Listening;
using EdgeAgent.Learning.Writing;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent learn</c>: listens to a broker and proposes a configuration.</summary>
static class LearnCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        const string expected = $"{BrokerUrl.Expected}, such as mqtt://127.0.0.1";
        var url = Take.TextArgument("url", "The broker.", expected);
        var topics = Take.Texts("--topic", "Topic filter to listen to; may be given several times. # without it.",
            "a topic filter, such as --topic 'sensors/#'",
            Listener.IsFilter);
        var time = Take.Text("--for", "How long to listen; 60s without it. Ctrl-C ends it earlier.",
            "a duration from 1s to 1d, such as --for 60s",
            text => Words.TryDuration(text, out var span) && span >= TimeSpan.FromSeconds(1) && span <= TimeSpan.FromDays(1));
        var output = Take.Text("--output", "File to write the configuration to; standard output without it. Never overwritten.",
            "the path of a file that is not there yet, such as --output config.yaml");
        var access = new BrokerAccess();
        var command = new Command("learn", "Listens to an MQTT broker and proposes a configuration, with comments that say why.")
        {
            url, topics, time, output,
        };
        access.AddTo(command);
        command.SetAction(parsed =>
        {
            if (!BrokerUrl.TryRead(parsed.GetValue(url)!, out var broker))
            {
                Console.Error.WriteLine($"edge-agent learn: <url>: `{parsed.GetValue(url)}` was given. Expected {expected}.");
                return ExitCode.Usage;
            }

            Words.TryDuration(parsed.GetValue(time) ?? "60s", out var span);
            var filters = parsed.GetValue(topics) is { Length: > 0 } given ? given : ["#"];
            if (parsed.GetValue(output) is { } taken && File.Exists(taken))
            {
                Console.Error.WriteLine($"{taken} is there already and is not overwritten. Give another name after --output.");
                return ExitCode.Failed;
            }

            return access.Read(parsed, broker!, out var identity) ? Learn(broker!, identity!, filters, span, parsed.GetValue(output))
                : ExitCode.Usage;
        });
        return command;
    }

    static int Learn(Uri broker, BrokerIdentity identity, string[] filters, TimeSpan time, string? output)
    {
        var survey = new Survey();
        var options = Listener.Options(BrokerSpec.At(broker, new TlsSettings { CaFile = identity.CaFile }) with
        {
            Username = identity.Username, Password = identity.Password,
        });
        using var ending = new Stopping();
        Console.Error.WriteLine($"listening to {string.Join(", ", filters)} at {broker.Host} for {Words.Of(time)}; Ctrl-C ends it earlier");
        var heard = new Listener(options, filters, survey, new SystemClock()).Run(time, ending.Token,
            line => Console.Error.WriteLine(YamlText.Printable(line, 1000)));
        if (heard.Failure is { } failure) Console.Error.WriteLine(YamlText.Printable(failure, 1000));
        if (heard.Failure is null)
            foreach (var refused in heard.Refused)
                Console.Error.WriteLine(YamlText.Printable($"The broker refused the subscription {refused}", 1000));
        if (survey.Messages == 0) return Silence(heard, filters);
        var lasted = SpanText.About(heard.Lasted);
        var head = new ProposalHead(broker.OriginalString, BrokerUrl.AgentId(),
            $"What {YamlText.Printable(broker.Host)} sent in {lasted} on "
            + $"{YamlText.Printable(string.Join(", ", filters))}: {survey.Messages} messages on {survey.Topics.Count} topics.")
        {
            IsOldProtocol = heard.IsOldProtocol, Username = identity.Username, Password = identity.PasswordReference,
                CaFile = identity.CaFile,
        };
        if (survey.PassedOver > 0)
            Console.Error.WriteLine($"{survey.PassedOver} messages of further topics were counted and not looked at: there are more than "
                + $"{Survey.MaxTopicBytes >> 20} MiB of topics. Narrow it with --topic.");
        if (heard.Interruptions > 0)
            Console.Error.WriteLine($"The connection was lost {heard.Interruptions} times; what came meanwhile is not counted.");
        if (heard.TooLarge > 0) Console.Error.WriteLine($"{heard.TooLarge} messages were too large to be taken.");
        if (Learner.Propose(survey.Topics, head, out var proposal) is not { } yaml) return Nothing(proposal);
        if (output is null) Console.Out.Write(yaml);
        else if (!TryWrite(output, yaml)) return ExitCode.Io;
        var read = proposal.Subscriptions.Sum(s => s.Topics.Count);
        Console.Error.WriteLine($"{read} of {survey.Topics.Count} topics read by {proposal.Subscriptions.Count} subscriptions"
            + $"{(proposal.Unread.Count > 0 ? "; what is not read is named at the end" : "")}."
            + $"{(output is null ? "" : $" Next: edge-agent check --connect {output}")}");
        return ExitCode.Good;
    }

    static int Silence(Heard heard, string[] filters)
    {
        if (heard.Failure is null)
            Console.Error.WriteLine($"no message in {SpanText.About(heard.Lasted)} on {YamlText.Printable(string.Join(", ", filters))}. "
                + "Are the devices sending now, and may this user read these topics? Brokers keep messages back without "
                + "a word. Try a longer --for.");
        return heard.Failure is null ? ExitCode.Failed : ExitCode.Unavailable;
    }

    static int Nothing(Proposal proposal)
    {
        Console.Error.WriteLine("nothing that came can be read:");
        foreach (var unread in proposal.Unread)
        {
            var more = unread.Topics > 1 ? $" and {unread.Topics - 1} more" : "";
            Console.Error.WriteLine($"  {YamlText.Printable(unread.Names[0])}{more}: {unread.Why}");
            if (unread.Sample is { } sample) Console.Error.WriteLine($"      {YamlText.Printable(sample)}");
        }

        return ExitCode.Failed;
    }

    static bool TryWrite(string path, string yaml)
    {
        try
        {
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            using var writer = new StreamWriter(file);
            writer.Write(yaml);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{path} cannot be written: {e.Message}");
            return false;
        }
    }
}
