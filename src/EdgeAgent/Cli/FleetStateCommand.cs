using System.CommandLine;
using System.Text.Json;
using EdgeAgent.Status;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent fleet state</c>, <c>hold</c>, <c>release</c>, <c>retry</c>: this gateway in its fleet.</summary>
static class FleetStateCommand
{
    /// <summary><c>fleet state</c>.</summary>
    public static Command State()
    {
        var where = new AgentLocation();
        var json = new Option<bool>("--json") { Description = "Print it as one JSON object." };
        var command = new Command("state",
            "Shows where this gateway is with its fleet, and of each line of its configuration where it came from.") { json };
        where.AddTo(command);
        command.SetAction(parsed => Ask(where.DataDirectory(parsed), "state", _ => { }, answer =>
        {
            if (parsed.GetValue(json)) Console.Out.WriteLine(answer.GetRawText());
            else FleetStateText.Write(Console.Out, answer);
        }));
        return command;
    }

    /// <summary><c>fleet hold</c>.</summary>
    public static Command Hold()
    {
        var where = new AgentLocation();
        var local = new Option<bool>("--local") { Description = "Run the local file meanwhile." };
        var command = new Command("hold",
            "Lets this gateway ignore the fleet's targets until `fleet release`, for someone who works on site.") { local };
        where.AddTo(command);
        command.SetAction(parsed => Ask(where.DataDirectory(parsed), "hold", w => w.WriteBoolean("local", parsed.GetValue(local)), Say));
        return command;
    }

    /// <summary><c>fleet release</c>.</summary>
    public static Command Release()
    {
        var where = new AgentLocation();
        var command = new Command("release", "Ends `fleet hold`.");
        where.AddTo(command);
        command.SetAction(parsed => Ask(where.DataDirectory(parsed), "release", _ => { }, Say));
        return command;
    }

    static int Ask(string? directory, string verb, Action<Utf8JsonWriter> more, Action<JsonElement> show)
    {
        if (directory is null) return ExitCode.Configuration;
        try
        {
            using var answer = StatusClient.Fleet(directory, verb, more);
            show(answer.RootElement);
            return answer.RootElement.TryGetProperty("result", out var result) && result.GetString() != "applied" ? ExitCode.Failed
                : ExitCode.Good;
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCode.Unavailable;
        }
    }

    static void Say(JsonElement answer) => Console.Out.WriteLine(answer.GetProperty("message").GetString());
}
