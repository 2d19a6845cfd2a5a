using System.Text.Json;
using Xunit;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>The native binary running a configuration.</summary>
sealed class Agent(string config, GatewayClock? clock = null, bool verbose = false, IReadOnlyDictionary<string, string>? environment = null)
    : IDisposable
{
    Child? _child;

    /// <summary>The file of its configuration.</summary>
    public string Config => config;

    /// <summary>A command that ends by running the rest of its arguments in its own place, such as <see cref="MemoryGroup.Launcher"/>;
    /// of the next start.</summary>
    public IReadOnlyList<string> Launcher { get; set; } = [];

    /// <summary>Everything the running (or last) process printed.</summary>
    public string Text => _child?.Text ?? "";

    /// <summary>Its lines.</summary>
    public IReadOnlyList<string> Lines => _child?.Lines ?? [];

    /// <summary>Its process id.</summary>
    public int ProcessId => _child!.Id;

    /// <summary>Whether it has ended, by itself or not.</summary>
    public bool HasExited => _child!.HasExited;

    /// <summary>The most memory it has had resident (VmHWM).</summary>
    public long PeakResidentBytes() => 1024
        * long.Parse(File.ReadLines($"/proc/{ProcessId}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal))[6..^2].Trim(),
            System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Starts it; returns when it says that it runs.</summary>
    public Agent Start(bool waitUntilRuns = true)
    {
        _child?.Dispose();
        string[] command =
        [
            .. Launcher, Repository.Agent, "run", config, "--log", "text", .. verbose ? ["--verbose"] : Array.Empty<string>()
        ];
        _child = new Child(command[0], command[1..], environment ?? clock?.Environment);
        if (waitUntilRuns) _child.WaitFor(l => l.Contains(" runs as "), "the agent's start");
        return this;
    }

    /// <summary>Waits for a line in its log.</summary>
    public string WaitFor(string text, int seconds = 60, int from = 0) =>
        _child!.WaitFor(l => l.Contains(text), $"`{text}` in the agent's log", seconds, from);

    /// <summary>Waits a moment for more lines in its log.</summary>
    public void WaitForMore(int milliseconds) => _child!.WaitForMore(milliseconds);

    /// <summary>SIGKILL.</summary>
    public void Kill() => _child!.Kill();

    /// <summary>SIGTERM; the exit code has to be 0.</summary>
    public void Stop()
    {
        Assert.Equal(0, _child!.Stop());
    }

    /// <summary>Waits for its own end and gives the exit code.</summary>
    public int WaitForEnd(int seconds = 60) => _child!.WaitForEnd(seconds);

    /// <summary>Sends a signal.</summary>
    public void Signal(string name) => _child!.Signal(name);

    /// <summary>Its status.</summary>
    public JsonElement Status()
    {
        var (code, output) = Command("status", config, "--json");
        Assert.True(code == 0, output);
        return JsonDocument.Parse(output.Split('\n').First(l => l.StartsWith('{'))).RootElement;
    }

    /// <summary>Waits until its status is as wanted.</summary>
    public JsonElement WaitForStatus(Func<JsonElement, bool> wanted, string what, int seconds = 60)
    {
        var until = Environment.TickCount64 + seconds * 1000L;
        while (true)
        {
            var status = Status();
            if (wanted(status)) return status;
            if (Environment.TickCount64 > until) throw new TimeoutException($"{what} not within {seconds} s: {status}\n{Text}");
            Thread.Yield();
        }
    }

    /// <summary>Runs another command of the binary to its end.</summary>
    public static (int Code, string Output) Command(params string[] arguments)
    {
        using var child = new Child(Repository.Agent, arguments);
        var code = child.WaitForEnd();
        return (code, child.Text);
    }

    /// <summary>Fails when the log holds an error that the scenario did not bring about.</summary>
    public void AssertNoErrors(params string[] expected) =>
        Assert.DoesNotContain(Lines, l => l.Contains(" ERR ") && !expected.Any(l.Contains));

    /// <inheritdoc/>
    public void Dispose() => _child?.Dispose();
}
