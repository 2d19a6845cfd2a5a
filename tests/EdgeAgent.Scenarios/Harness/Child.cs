using System.Diagnostics;
using System.Text;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>A process under test or a peer of it; its output is kept and can be waited for.</summary>
sealed class Child : IDisposable
{
    readonly Process _process;
    readonly List<string> _lines = [];
    readonly List<string> _output = [];
    readonly Lock _lock = new();
    readonly AutoResetEvent _more = new(false);

    /// <summary>Starts <paramref name="file"/>; standard output and error are read line by line into one list.</summary>
    public Child(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(file)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, e) => Note(e.Data, _output);
        _process.ErrorDataReceived += (_, e) => Note(e.Data, null);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Process id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Exit code after its end.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Lines of standard output alone, from the <paramref name="first"/> on.</summary>
    public List<string> OutputFrom(int first)
    {
        lock (_lock) return _output[first..];
    }

    /// <summary>All lines so far, standard error included.</summary>
    public IReadOnlyList<string> Lines
    {
        get { lock (_lock) return [.. _lines]; }
    }

    /// <summary>Everything it printed.</summary>
    public string Text => string.Join('\n', Lines);

    /// <summary>Writes a line to its standard input.</summary>
    public void Tell(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    /// <summary>Waits for a line that <paramref name="matches"/>; fails with what it printed when it ends or none comes.</summary>
    public string WaitFor(Func<string, bool> matches, string what, int seconds = 60, int from = 0)
    {
        var until = Stopwatch.GetTimestamp() + seconds * Stopwatch.Frequency;
        while (true)
        {
            lock (_lock)
                for (; from < _lines.Count; from++)
                    if (matches(_lines[from])) return _lines[from];
            if (_process.HasExited && !_more.WaitOne(200))
                throw new InvalidOperationException($"{what}: the process ended with {_process.ExitCode}:\n{Text}");
            if (Stopwatch.GetTimestamp() > until) throw new TimeoutException($"{what} did not come in {seconds} s:\n{Text}");
            _more.WaitOne(100);
        }
    }

    /// <summary>Waits a moment for more lines.</summary>
    public void WaitForMore(int milliseconds) => _more.WaitOne(milliseconds);

    /// <summary>Sends a signal.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString()]);
        kill.WaitForExit();
    }

    /// <summary>SIGKILL, as a power cut would be to the process.</summary>
    public void Kill()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>SIGTERM, and waits; gives the exit code.</summary>
    public int Stop(int seconds = 30)
    {
        Signal("TERM");
        if (!_process.WaitForExit(seconds * 1000)) throw new TimeoutException($"no end {seconds} s after SIGTERM:\n{Text}");
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>Waits for its own end; gives the exit code.</summary>
    public int WaitForEnd(int seconds = 60)
    {
        if (!_process.WaitForExit(seconds * 1000)) throw new TimeoutException($"no end within {seconds} s:\n{Text}");
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    void Note(string? line, List<string>? also)
    {
        if (line is null) return;
        lock (_lock)
        {
            _lines.Add(line);
            also?.Add(line);
        }

        _more.Set();
    }
}
