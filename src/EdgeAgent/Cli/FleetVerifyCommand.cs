using System.CommandLine;
using EdgeAgent.Fleet.Trust;
using EdgeAgent.Fleets.Signing;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent fleet verify</c>: what a signed file is, and who signed it; without a network.</summary>
static class FleetVerifyCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var file = Take.TextArgument("file", "The signed file.", "the path of a signed file, such as press-line-42.json");
        var root = Take.Text("--root", "The root to verify it by; for a root, the one before it.",
            "the path of a root, such as --root root.1.json");
        var command = new Command("verify", "Shows what a signed file is and who signed it, and whether that is enough.") { file, root };
        command.SetAction(parsed => SignerOptions.Try(() => Verify(parsed.GetValue(file)!, parsed.GetValue(root), Console.Out,
            Console.Error)));
        return command;
    }

    /// <summary>Writes what it is; the exit code says whether it is to be believed.</summary>
    public static int Verify(string path, string? rootPath, TextWriter output, TextWriter error)
    {
        TrustRoot? root = null;
        if (rootPath is not null)
        {
            var read = RootChain.First(EnvelopeFile.Read(rootPath).ToBytes(), null);
            if (!read.IsGood) throw new IOException($"{rootPath}: {read.Refusal}");
            root = read.Value;
        }

        var (lines, refusal) = EnvelopeText.Of(EnvelopeFile.Read(path), root);
        foreach (var line in lines) output.WriteLine(line);
        if (refusal.IsNone) return ExitCode.Good;
        error.WriteLine($"{path}: {refusal}");
        return ExitCode.Failed;
    }
}
