using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EdgeAgent.Status;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent top</c>: the flow of a running agent, live in a terminal.</summary>
/// <remarks>ECMA-48 sequences by hand: the alternate screen, the cursor hidden and home, each line cleared to its end. A dumb terminal and
/// a
/// pipe get plain lines. NO_COLOR (no-color.org) takes the colours away.</remarks>
static class TopCommand
{
    const string Enter = "\e[?1049h\e[?25l", Leave = "\e[?25h\e[?1049l", Home = "\e[H", ToLineEnd = "\e[K", ToScreenEnd = "\e[J";
    const int KeyLookMs = 50;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var where = new AgentLocation();
        var interval = Take.Whole("--interval", "Seconds between two pictures.", new(1, 3600), initial: 1, example: 5);
        var count = Take.Whole("--count", "Stop after so many pictures; 0 for never.", new(0, int.MaxValue), initial: 0, example: 3);
        var command = new Command("top",
            "Shows the flow of a running agent live: sources, pipelines, outputs. q quits; s, p and o fold a part. "
            + "Plain lines where there is no terminal.") { interval, count };
        where.AddTo(command);
        command.SetAction(parsed =>
        {
            if (where.DataDirectory(parsed) is not { } directory) return ExitCode.Configuration;
            try
            {
                var screen = !Console.IsOutputRedirected && !Console.IsInputRedirected
                    && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } and not "dumb";
                var most = parsed.GetValue(count) is var n and > 0 ? n : int.MaxValue;
                if (screen) Live(directory, parsed.GetValue(interval), most);
                else Lines(directory, parsed.GetValue(interval), most);
                return ExitCode.Good;
            }
            catch (Exception error) when (error is IOException or JsonException)
            {
                Console.Error.WriteLine(error.Message);
                return ExitCode.Unavailable;
            }
        });
        return command;
    }

    static void Lines(string directory, int seconds, int most)
    {
        JsonDocument? before = null;
        var watch = Stopwatch.StartNew();
        for (var shown = 0; shown < most; shown++)
        {
            if (shown > 0) Thread.Sleep(seconds * 1000);
            var now = StatusClient.Status(directory);
            var frame = new TopFrame(now.RootElement, before?.RootElement, watch.Elapsed.TotalSeconds);
            watch.Restart();
            foreach (var line in frame.Lines(int.MaxValue, int.MaxValue, hasColour: false)) Console.Out.WriteLine(line);
            Console.Out.WriteLine();
            Console.Out.Flush();
            before?.Dispose();
            before = now;
        }
    }

    static void Live(string directory, int seconds, int most)
    {
        var hasColour = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        using var drawAgain = new AutoResetEvent(false);
        using var ended = new ManualResetEvent(false);
        using var resized = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => drawAgain.Set());
        PosixSignalRegistration[] ends = [.. ((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
            .Select(signal => PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                ended.Set();
            }))];
        Console.Out.Write(Enter);
        try
        {
            Show(directory, seconds, most, hasColour, drawAgain, ended);
        }
        finally
        {
            Console.Out.Write(Leave);
            Console.Out.Flush();
            foreach (var end in ends) end.Dispose();
        }
    }

    static void Show(string directory, int seconds, int most, bool hasColour, AutoResetEvent drawAgain, ManualResetEvent ended)
    {
        JsonDocument? now = null, before = null;
        var parts = "spo";
        var (watch, passed) = (Stopwatch.StartNew(), 0.0);
        for (var shown = 0; shown < most; shown++)
        {
            (var earlier, before, now) = (before, now, StatusClient.Status(directory));
            earlier?.Dispose();
            passed = watch.Elapsed.TotalSeconds;
            watch.Restart();
            Draw();
            while (watch.Elapsed.TotalSeconds < seconds)
            {
                if (WaitHandle.WaitAny([ended, drawAgain], KeyLookMs) is var woken && woken == 0) return;
                if (woken == 1) Draw();
                if (!Console.KeyAvailable) continue;
                var key = Console.ReadKey(intercept: true).KeyChar;
                if (key is 'q' or 'Q') return;
                if (key is not ('s' or 'p' or 'o')) continue;
                parts = parts.Contains(key) ? parts.Replace(key.ToString(), "", StringComparison.Ordinal) : parts + key;
                Draw();
            }
        }

        void Draw()
        {
            var (width, height) = (Math.Max(20, Console.WindowWidth), Math.Max(4, Console.WindowHeight));
            var frame = new TopFrame(now.RootElement, before?.RootElement, passed) { Parts = parts };
            var text = new StringBuilder(Home);
            foreach (var line in frame.Lines(width, height - 2, hasColour)) text.Append(line).Append(ToLineEnd).Append("\r\n");
            Console.Out.Write(text.Append(ToScreenEnd).Append("\r\nq quits   s sources   p pipelines   o outputs"));
            Console.Out.Flush();
        }
    }
}
