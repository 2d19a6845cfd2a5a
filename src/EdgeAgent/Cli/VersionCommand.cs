using System.CommandLine;
using System.Runtime.InteropServices;
using EdgeAgent.Libraries;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent version</c>: what this binary is, and with <c>--libraries</c> that its native libraries load.</summary>
static class VersionCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var libraries = new Option<bool>("--libraries") { Description = "Load each native library and show its version and path." };
        var command = new Command("version", "Shows the version.") { libraries };
        command.SetAction(parsed =>
        {
            Console.Out.WriteLine(
                $"edge-agent {Product.Version} ({RuntimeInformation.RuntimeIdentifier}, {RuntimeInformation.FrameworkDescription})");
            if (!parsed.GetValue(libraries)) return ExitCode.Good;
            var good = true;
            foreach (var (name, version, path) in NativeLibraries.Describe())
            {
                Console.Out.WriteLine($"{name,-24}  {version,-28}  {path}");
                good &= !version.StartsWith("not loaded", StringComparison.Ordinal) || name.Contains("optional", StringComparison.Ordinal);
            }

            return good ? ExitCode.Good : ExitCode.Unavailable;
        });
        return command;
    }
}
