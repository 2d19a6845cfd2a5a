using System.CommandLine;
using EdgeAgent.Configuration;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent config</c>: a configuration as it takes effect, and in the newest form.</summary>
static class ConfigCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var shown = Take.Config();
        var show = new Command("show",
            "Prints a configuration as it takes effect: every value with the line, the default or the reference it comes from; no secret.")
        {
            shown,
        };
        show.SetAction(parsed => Show(parsed.GetValue(shown)!));
        var upgraded = Take.Config();
        var write = new Option<bool>("--write") { Description = "Change the file; the one before is kept beside it with .old at its end." };
        var upgrade = new Command("upgrade", "Shows what brings a configuration to the newest form. Comments and layout stay.")
        {
            upgraded, write,
        };
        upgrade.SetAction(parsed => Upgrade(parsed.GetValue(upgraded)!, parsed.GetValue(write)));
        return new Command("config", "Shows a configuration as it takes effect, or brings it to the newest form.") { show, upgrade };
    }

    static int Show(string path)
    {
        var read = ConfigReader.ReadFile(path);
        if (!read.IsGood) return Refuse(path, read);
        EffectiveConfig.Write(read, Path.GetFileName(path), Console.Out);
        return ExitCode.Good;
    }

    static int Upgrade(string path, bool write)
    {
        var read = ConfigReader.ReadFile(path);
        if (!read.IsGood) return Refuse(path, read);
        var bytes = File.ReadAllBytes(path);
        var mark = bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        var before = System.Text.Encoding.UTF8.GetString(bytes, mark, bytes.Length - mark);
        var after = ConfigUpgrade.Of(before, read);
        if (after == before)
        {
            Console.Out.WriteLine($"{path}: in the newest form");
            return ExitCode.Good;
        }

        ConfigUpgrade.WriteDiff(before, after, path, Console.Out);
        if (!ConfigReader.Read(after, path).IsGood) return Refuse(path, ConfigReader.Read(after, path));
        if (!write)
        {
            Console.Out.WriteLine("Nothing was changed. --write changes the file.");
            return ExitCode.Good;
        }

        try
        {
            // In place, so that owner and rights stay; a crash in between leaves the copy.
            File.Copy(path, path + ".old", overwrite: true);
            File.WriteAllText(path, after);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{path} cannot be written: {e.Message}");
            return ExitCode.Io;
        }

        Console.Out.WriteLine($"{path} is changed; {path}.old is as it was.");
        return ExitCode.Good;
    }

    static int Refuse(string path, ConfigResult read)
    {
        foreach (var finding in read.Findings) Console.Error.WriteLine(finding);
        Console.Error.WriteLine($"{path}: the configuration is not usable.");
        return ExitCode.Configuration;
    }
}
