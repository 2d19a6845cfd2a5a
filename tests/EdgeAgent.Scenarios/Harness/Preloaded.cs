using System.Diagnostics;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>Small libraries in C that are preloaded into a process under test, compiled by gcc when they are wanted.</summary>
static class Preloaded
{
    /// <summary>Compiles a source file of this folder into the workspace; gives the library's path.</summary>
    public static string Compile(Workspace workspace, string source)
    {
        var library = workspace[Path.ChangeExtension(source, ".so")];
        string[] arguments =
        [
            "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", library,
            Path.Combine(Repository.Root, "tests", "EdgeAgent.Scenarios", "Harness", source)
        ];
        using var gcc = Process.Start(new ProcessStartInfo("gcc", arguments) { RedirectStandardError = true })!;
        var text = gcc.StandardError.ReadToEnd();
        gcc.WaitForExit();
        if (gcc.ExitCode != 0) throw new InvalidOperationException($"gcc: {text}");
        return library;
    }

    /// <summary>Variables of a process for which every sync to the disk takes this much longer.</summary>
    public static Dictionary<string, string> SlowDisk(Workspace workspace, int milliseconds) =>
        new() { ["LD_PRELOAD"] = Compile(workspace, "slow_disk.c"), ["SLOW_DISK_MS"] = milliseconds.ToString() };
}
