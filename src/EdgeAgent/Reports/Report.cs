using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using EdgeAgent.Configuration;
using EdgeAgent.Libraries;
using EdgeAgent.Status;

namespace EdgeAgent.Reports;

/// <summary>One text for whoever helps: what runs here, with what configuration, how it is and what it said. No reading and no
/// secret.</summary>
/// <remarks>
/// One plain text and no archive: whoever sends it can read first what is sent. Every section says so itself when there is nothing to be
/// had,
/// so it is of use without a running agent and on a machine where nothing works.
/// </remarks>
static class Report
{
    const int LogLines = 1000;
    const int JournalWithinMs = 10_000;
    const long MostLogBytes = 1 << 20;

    /// <summary>Writes it.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="config">The configuration; null where it is not known.</param>
    /// <param name="dataDirectory">The agent's data directory.</param>
    /// <param name="log">The file its log goes to; null for the journal of its unit.</param>
    public static void Write(TextWriter to, string? config, string dataDirectory, string? log)
    {
        var secrets = new Secrets();
        using var text = new StringWriter();
        Section(text, "AGENT", () =>
        {
            text.WriteLine($"edge-agent {Product.Version} ({RuntimeInformation.RuntimeIdentifier}, "
                + $"{RuntimeInformation.FrameworkDescription})");
            foreach (var (name, version, path) in NativeLibraries.Describe()) text.WriteLine($"{name,-24}  {version,-28}  {path}");
        });
        Section(text, "MACHINE", () => MachineFacts.Write(text, dataDirectory));
        Section(text, "FINDINGS", () => Findings(text, config));
        Section(text, "CONFIGURATION", () => Configuration(text, config, secrets));
        Section(text, "STATUS", () =>
        {
            using var status = StatusClient.Status(dataDirectory);
            text.WriteLine(StatusExcerpt.Of(status.RootElement));
        });
        Section(text, "SERVICE", () => Service(text));
        Section(text, "LOG", () =>
        {
            foreach (var line in (log is null ? Journal() : Tail(log)).TakeLast(LogLines)) text.WriteLine(LogExcerpt.Line(line));
        });
        to.Write(secrets.Without(text.ToString()));
    }

    static void Section(TextWriter to, string title, Action write)
    {
        to.WriteLine($"=== {title} ===");
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            to.WriteLine($"(not there: {e.Message})");
        }

        to.WriteLine();
    }

    static void Findings(TextWriter to, string? config)
    {
        if (config is null)
        {
            to.WriteLine("(no configuration was named and none is at the usual place)");
            return;
        }

        var findings = ConfigReader.ReadFile(config).Findings;
        foreach (var finding in findings) to.WriteLine(finding);
        if (findings.Count == 0) to.WriteLine("none");
    }

    static void Configuration(TextWriter to, string? config, Secrets secrets)
    {
        if (config is not null) ConfigExcerpt.Write(to, File.ReadAllText(config), config, secrets);
    }

    static void Service(TextWriter to)
    {
        const string Shown =
            "ActiveState,SubState,Type,NRestarts,Result,ExecMainStartTimestamp,StatusText,MemoryCurrent,MemoryMax,WatchdogUSec,"
            + "FragmentPath,DropInPaths";
        foreach (var line in Run("systemctl", "show", "edge-agent", "--property=" + Shown)) to.WriteLine(line);
    }

    static List<string> Journal() =>
        Run("journalctl", "--unit", "edge-agent", "--lines", $"{LogLines}",
        "--output", "short-iso", "--no-pager", "--quiet");

    static List<string> Tail(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length > MostLogBytes) file.Seek(-MostLogBytes, SeekOrigin.End);
        using var reader = new StreamReader(file);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    /// <summary>The lines of a program of the system, which gets ten seconds.</summary>
    static List<string> Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
                { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            if (!process.WaitForExit(JournalWithinMs)) process.Kill();
            var lines = output.GetAwaiter().GetResult().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return lines.Length > 0 ? [.. lines]
                : throw new IOException($"{program} shows nothing. {error.GetAwaiter().GetResult().Trim()}");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new IOException($"{program} cannot be run: {e.Message}", e);
        }
    }
}
