using System.CommandLine;
using System.Text;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleets.Managing;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent fleet ask</c>: a question to one gateway, answered over the broker.</summary>
static class FleetAskCommand
{
    static readonly string[] s_words = [Question.Log, Question.Report, Question.Retry];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var id = Take.TextArgument("id", "The gateway.", "the id of a gateway, such as gw-plant7-01", isGood: JsonFields.IsId);
        var what = Take.TextArgument("what", "`log`: the last lines of its log, as `edge-agent report` would show them. "
            + "`report`: a report, now. `retry`: a document that failed there may be tried once more.",
            $"one of {string.Join(", ", s_words)}, such as {Question.Log}", isGood: s_words.Contains);
        var lines = Take.Whole("--lines", "Of `log`: how many lines.", new(1, Answer.MostLines), 20);
        var doc = Take.Text("--doc", "Of `retry`: the digest of the document. [default: what failed there last]",
            "32 hexadecimal digits, such as --doc 5a0c77d19b0e4b1f8c3d2a6e7f801234", text => Digest.IsHex(text));
        var within = Take.Whole("--timeout", "Wait at most so long for the answer [s].", new(1, 3600), 30);
        return new ManagerOption().On(new("ask", "Asks a gateway that is there: for the end of its log, a report, or another try.")
        {
            id, what, lines, doc, within,
        }, (parsed, manager, isJson) =>
        {
            var gateway = parsed.GetValue(id)!;
            var question = new Question
            {
                What = parsed.GetValue(what)!,
                Lines = parsed.GetValue(lines),
                Document = parsed.GetValue(doc) ?? "",
                Tag = Guid.NewGuid().ToString("N"),
            };
            manager.Session.CollectOne(gateway);
            if (question is { What: Question.Retry, Document.Length: 0 })
                question = question with { Document = FailedOn(manager, gateway) };
            var time = TimeSpan.FromSeconds(parsed.GetValue(within));
            return question.What == Question.Report ? Report(manager, gateway, question, time, isJson)
                : Tell(manager.Session.Ask(gateway, question, time) ?? throw Silent(gateway, question, time), isJson);
        });
    }

    static string FailedOn(Manager manager, string id) =>
        manager.View.Gateways.GetValueOrDefault(id)?.Report?.LastFailed?.Document.Digest
            ?? throw new FleetException($"no document failed on {id}, as far as its report says. Name it: --doc DIGEST.");

    static int Report(Manager manager, string id, Question question, TimeSpan within, bool isJson)
    {
        var before = manager.View.Gateways.GetValueOrDefault(id)?.Report?.Number;
        if (!manager.Session.AskReport(id, question, within)) throw Silent(id, question, within);
        var gateway = manager.View.Gateways[id];
        if (isJson) Console.Out.WriteLine(Encoding.UTF8.GetString(gateway.Report!.ToPayload()));
        else foreach (var line in Explanation.Of(gateway, manager.View, DateTimeOffset.UtcNow)) Console.Out.WriteLine(line);
        return ExitCode.Good;
    }

    static int Tell(AnswerSeen seen, bool isJson)
    {
        var answer = seen.Answer;
        if (isJson)
        {
            Console.Out.WriteLine(Encoding.UTF8.GetString(answer.ToPayload()));
            return ExitCode.Good;
        }

        if (!seen.IsTrusted) Console.Error.WriteLine("Not signed by a key of the list: it may come from anybody.");
        if (answer.LeftOut > 0) Console.Error.WriteLine($"{answer.LeftOut} older lines had no room. Ask for fewer: --lines.");
        if (answer.Text.Length > 0) Console.Out.WriteLine(answer.Text);
        foreach (var line in answer.Lines) Console.Out.WriteLine(line);
        return ExitCode.Good;
    }

    static IOException Silent(string id, Question question, TimeSpan within) => new(
        $"{id} did not answer within {within.TotalSeconds:F0} s. It is away, is older than this question, may not write to its topic "
        + $"`…/{(question.What == Question.Report ? "report" : "answer")}`, or was asked too often: ten questions are answered at once, "
        + "then one in five minutes.");
}
