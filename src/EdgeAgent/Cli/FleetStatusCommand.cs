using System.CommandLine;
using System.Text;
using System.Text.Json;
using EdgeAgent.Fleets.Managing;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent fleet status</c>: the fleet as a table.</summary>
static class FleetStatusCommand
{
    const string Enter = "\e[?1049h\e[?25l", Leave = "\e[?25h\e[?1049l", Home = "\e[H", ToLineEnd = "\e[K", ToScreenEnd = "\e[J";
    static readonly TimeSpan s_frame = TimeSpan.FromSeconds(1);
    static readonly TimeSpan s_save = TimeSpan.FromMinutes(1);

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var group = Take.Text("--group", "Only gateways that follow this group.", "the name of a group, such as --group press");
        var state = Take.Text("--state", "Only gateways in this state: steady, trial, failed, silent, never and so on.",
            "a state, such as --state failed");
        var watch = new Option<bool>("--watch")
        {
            Description = "Stay and show it live; a table a second, with --json a line a second. Ctrl-C ends it.",
        };
        return new ManagerOption().On(
            new("status", "Shows the fleet: what each gateway runs, what is wanted of it, what failed; and the rollouts.") { group, state,
                watch },
            (parsed, manager, isJson) =>
            {
                manager.Session.Collect(manager.Settings.AskReports);
                var (only, such) = (parsed.GetValue(group), parsed.GetValue(state));
                if (!parsed.GetValue(watch)) Show(manager, only, such, isJson);
                else Watch(manager, only, such, isJson);
                manager.Save();
                return ExitCode.Good;
            });
    }

    static void Show(Manager manager, string? group, string? state, bool isJson)
    {
        var rows = StatusTable.Rows(manager, group, state, DateTimeOffset.UtcNow);
        if (isJson) Console.Out.WriteLine(Json(manager, rows, group));
        else foreach (var line in Lines(manager, rows, group, int.MaxValue, int.MaxValue)) Console.Out.WriteLine(line);
        Console.Out.Flush();
    }

    static void Watch(Manager manager, string? group, string? state, bool isJson)
    {
        using var stopping = new Stopping();
        var isScreen = !isJson && !Console.IsOutputRedirected && Environment.GetEnvironmentVariable(
            "TERM") is { Length: > 0 } and not "dumb";
        if (isScreen) Console.Out.Write(Enter);
        try
        {
            var saved = Environment.TickCount64;
            while (!stopping.Token.IsCancellationRequested)
            {
                if (isScreen) Draw(manager, group, state);
                else Show(manager, group, state, isJson);
                var next = Environment.TickCount64 + (long)s_frame.TotalMilliseconds;
                while (Environment.TickCount64 < next && !stopping.Token.IsCancellationRequested) manager.Session.Pump(
                    TimeSpan.FromMilliseconds(100));
                if (Environment.TickCount64 - saved < s_save.TotalMilliseconds) continue;
                manager.Save();
                saved = Environment.TickCount64;
            }
        }
        finally
        {
            if (isScreen) Console.Out.Write(Leave);
            Console.Out.Flush();
        }
    }

    static void Draw(Manager manager, string? group, string? state)
    {
        var (width, height) = (Math.Max(40, Console.WindowWidth), Math.Max(6, Console.WindowHeight));
        var text = new StringBuilder(Home);
        var rows = StatusTable.Rows(manager, group, state, DateTimeOffset.UtcNow);
        foreach (var line in Lines(manager, rows, group, width, height).Take(height - 1))
            text.Append(line.Length > width ? line[..width] : line).Append(ToLineEnd).Append("\r\n");
        Console.Out.Write(text.Append(ToScreenEnd));
        Console.Out.Flush();
    }

    static IEnumerable<string> Lines(Manager manager, IReadOnlyList<GatewayRow> rows, string? group, int width, int height)
    {
        var groups = StatusTable.Groups(manager.View, group, manager.Session.Now).ToArray();
        return groups.Append("").Concat(StatusTable.Lines(rows, width, height - groups.Length - 2, DateTimeOffset.UtcNow));
    }

    static string Json(Manager manager, IReadOnlyList<GatewayRow> rows, string? group)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes)) StatusTable.Write(json, manager.View, rows, group);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
