using System.CommandLine;
using EdgeAgent.Fleet.Trust;
using EdgeAgent.Fleets.Signing;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent fleet keygen</c>: a key in a file.</summary>
static class FleetKeygenCommand
{
    const int LeastLength = 8;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var file = Take.TextArgument("file", "Where the private key goes (PEM, mode 600); the public one goes beside it.",
            "the path of a new file, such as config.pem");
        var encrypt = new Option<bool>("--encrypt") { Description = "Encrypt the private key with a password (AES-256), which is asked "
            + "for." };
        var password = Take.Text("--password-file", "File with the password; encrypts, too.",
            "the path of a file, such as --password-file key.password");
        var command = new Command("keygen", "Makes a key: for the root, for approving documents, or for rollouts.") { file, encrypt,
            password };
        command.SetAction(parsed => SignerOptions.Try(() =>
        {
            var word = parsed.GetValue(password) is { } from ? File.ReadAllText(from).TrimEnd('\r', '\n')
                : parsed.GetValue(encrypt) ? Console.IsInputRedirected ? Console.In.ReadLine() ?? "" : PasswordCommand.Ask("New password: ")
                : null;
            if (word is { Length: < LeastLength })
            {
                Console.Error.WriteLine($"A password of at least {LeastLength} characters is expected.");
                return ExitCode.Usage;
            }

            using var key = SigningKey.Create();
            var shown = KeyFiles.Write(key, parsed.GetValue(file)!, word);
            Console.Out.WriteLine($"key {key.Public.Id}: {parsed.GetValue(file)} (private), {shown} (public)");
            return ExitCode.Good;
        }));
        return command;
    }
}
