using System.Diagnostics;
using System.Security.Cryptography;

namespace EdgeAgent.Fleets.Signing;

/// <summary>Runs a command that signs: what is signed on standard input, the signature on standard output.</summary>
/// <remarks>
/// For tools that want files, <c>{data}</c> is one with what is signed, <c>{digest}</c> one with its SHA-256 (32 bytes), and <c>{out}</c>
/// one where the signature
/// may be put. They lie in a folder of their own and are gone afterwards. Run by <c>/bin/sh -c</c>; at most two minutes, so that a person
/// can touch a card.
/// </remarks>
static class SigningCommand
{
    const int MostBytes = 4096;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>What the command gave, of whatever form.</summary>
    /// <exception cref="IOException">It could not be run, failed, or took too long.</exception>
    public static byte[] Run(string command, byte[] data)
    {
        var folder = Directory.CreateTempSubdirectory("edge-agent-sign-").FullName;
        try
        {
            string Put(string name, byte[] content)
            {
                var path = Path.Combine(folder, name);
                File.WriteAllBytes(path, content);
                return path;
            }

            var result = Path.Combine(folder, "signature");
            var line = command.Replace("{data}", Put("data", data), StringComparison.Ordinal)
                .Replace("{digest}", Put("digest", SHA256.HashData(data)), StringComparison.Ordinal)
                .Replace("{out}", result, StringComparison.Ordinal);
            var given = Start(line, command, data);
            return File.Exists(result) ? Read(result) : given;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static byte[] Read(string path) => new FileInfo(path).Length <= MostBytes ? File.ReadAllBytes(path) : [];

    static byte[] Start(string line, string command, byte[] data)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", line]) { RedirectStandardInput = true,
            RedirectStandardOutput = true })
            ?? throw new IOException($"`{command}` cannot be started.");
        var reading = Task.Run(() =>
        {
            // One that writes on and on is cut off, not waited for.
            using var output = process.StandardOutput.BaseStream;
            var bytes = new byte[MostBytes + 1];
            return bytes[..output.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        });
        try
        {
            process.StandardInput.BaseStream.Write(data);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A command that takes its input from a file closes the pipe.
        }

        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new IOException($"`{command}` did not end within {Patience.TotalMinutes} minutes.");
        }

        return process.ExitCode == 0 ? reading.Result : throw new IOException($"`{command}` failed (exit code {process.ExitCode}).");
    }
}
