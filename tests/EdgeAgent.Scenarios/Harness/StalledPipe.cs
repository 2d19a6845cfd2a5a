using System.Diagnostics;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>A pipe as a process's standard error whose reader stops and goes on; when it stops the pipe is filled up,
/// so that the next byte written waits.</summary>
sealed class StalledPipe : IDisposable
{
    const string FillerLine = "................................................................";
    readonly string _path;
    readonly Child _reader;

    /// <summary>Makes it with a reader that reads.</summary>
    public StalledPipe(Workspace workspace)
    {
        _path = workspace["stderr"];
        Run("mkfifo", _path);
        // Open for both, so that opening waits for nobody.
        _reader = new Child("sh", ["-c", "exec <>\"$0\"; echo open; exec cat", _path]);
        _reader.WaitFor(l => l == "open", "the reader of the pipe");
    }

    /// <summary>What has to stand before a command.</summary>
    public IReadOnlyList<string> Launcher => ["sh", "-c", "exec \"$@\" 2>\"$0\"", _path];

    /// <summary>What was read of it.</summary>
    public string Text => string.Join('\n', _reader.Lines.Where(l => l != FillerLine));

    /// <summary>Waits for a line.</summary>
    public string WaitFor(string text, int seconds = 60) =>
        _reader.WaitFor(l => l.Contains(text, StringComparison.Ordinal), $"`{text}` in the pipe", seconds);

    /// <summary>The reader stops, and the pipe is full.</summary>
    public void Stall()
    {
        _reader.Signal("STOP");
        foreach (var size in (int[])[512, 1])
            Run("sh", "-c", $"yes {FillerLine} 2>/dev/null | dd of=\"$0\" oflag=nonblock bs={size} iflag=fullblock 2>&1", _path);
    }

    /// <summary>The reader goes on.</summary>
    public void Resume() => _reader.Signal("CONT");

    /// <summary>The reader goes away for good: who writes gets EPIPE.</summary>
    public void Break() => _reader.Kill();

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    static void Run(string file, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
    }
}
