using System.CommandLine;
using System.Text.Json;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Network;
using EdgeAgent.Status;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent fleet apply</c>: a signed document, root or values into a running agent, by hand.</summary>
static class FleetApplyCommand
{
    const int LookMs = 500;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var file = Take.TextArgument("file", "What `fleet sign` wrote: a document, a root, or values.",
            "the path of a signed file, such as press-line-42.json");
        var wait = new Option<bool>("--wait") { Description = "Wait until the trial has ended: good, or taken back." };
        var json = new Option<bool>("--json") { Description = "Print the outcome as one JSON object." };
        var within = Take.Whole("--timeout", "Wait at most so long [s].", new(1, 1_000_000), 3600);
        var where = new AgentLocation();
        var command = new Command("apply",
            "Hands a signed document to the agent, which checks, tries and keeps it, or goes back: exit code 0 when it proved good, "
                + $"1 when it was rejected, {ExitCode.Reverted} when it was taken back, {ExitCode.TryLater} while it is still trying.") {
                    file, wait, json, within };
        where.AddTo(command);
        command.SetAction(parsed => where.DataDirectory(parsed) is { } directory
            ? Apply(directory, parsed.GetValue(file)!, parsed.GetValue(wait) ? parsed.GetValue(within) : 0, parsed.GetValue(json))
            : ExitCode.Configuration);
        return command;
    }

    static int Apply(string directory, string file, int waitSeconds, bool isJson)
    {
        byte[] message;
        try
        {
            if (new FileInfo(file).Length > SizeLimits.Document)
            {
                Console.Error.WriteLine($"{file} has more than the {SizeLimits.Document} bytes that a signed file may have.");
                return ExitCode.Failed;
            }

            message = File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{file} cannot be read: {e.Message}");
            return ExitCode.Io;
        }

        try
        {
            var answer = StatusClient.Fleet(directory, "apply", w => w.WriteBase64String("message", message));
            var deadline = new Deadline(TimeSpan.FromSeconds(waitSeconds));
            var said = "";
            while (Result(answer) == "trying" && !deadline.HasPassed)
            {
                var doc = answer.RootElement.GetProperty("doc").GetString()!;
                if (!isJson && said != (said = answer.RootElement.GetProperty("message").GetString()!)) Console.Error.WriteLine(said);
                Thread.Sleep(LookMs);
                answer = Outcome(directory, doc, answer, deadline);
            }

            return Tell(answer, isJson);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCode.Unavailable;
        }
    }

    /// <summary>Asks again; an agent that starts anew just now, as a bad document may make it, is waited for.</summary>
    static JsonDocument Outcome(string directory, string doc, JsonDocument before, Deadline deadline)
    {
        try
        {
            return StatusClient.Fleet(directory, "outcome", w =>
            {
                w.WriteString("doc", doc);
                if (before.RootElement.TryGetProperty("vars", out var vars)) w.WriteNumber("vars", vars.GetInt64());
            });
        }
        catch (IOException) when (!deadline.HasPassed)
        {
            return before;
        }
    }

    static string Result(JsonDocument answer) => answer.RootElement.GetProperty("result").GetString()!;

    static int Tell(JsonDocument answer, bool isJson)
    {
        var result = Result(answer);
        var isGood = result == "applied";
        if (isJson) Console.Out.WriteLine(answer.RootElement.GetRawText());
        else
        {
            (isGood ? Console.Out : Console.Error).WriteLine($"{result}: {answer.RootElement.GetProperty("message").GetString()}");
            if (answer.RootElement.TryGetProperty("failed", out var failed))
                foreach (var finding in failed.GetProperty("findings").EnumerateArray()) Console.Error.WriteLine(finding.GetString());
        }

        return result switch
        {
            "applied" => ExitCode.Good,
            "reverted" => ExitCode.Reverted,
            "trying" => ExitCode.TryLater,
            _ => ExitCode.Failed,
        };
    }
}
