using System.CommandLine;
using EdgeAgent.Web;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent password</c>: makes the hash of a password for the configuration.</summary>
static class PasswordCommand
{
    const int LeastLength = 8;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("password",
            "Reads a password from standard input and prints its hash, for password_hash of the status page and the metrics address.");
        command.SetAction(_ =>
        {
            var password = Console.IsInputRedirected ? Console.In.ReadLine() : Ask("Password: ");
            if (password is null || password.Length < LeastLength)
            {
                Console.Error.WriteLine($"A password of at least {LeastLength} characters is expected on standard input.");
                return ExitCode.Usage;
            }

            Console.Out.WriteLine(PasswordHash.Of(password));
            return ExitCode.Good;
        });
        return command;
    }

    /// <summary>Reads it from the terminal, where it is not shown.</summary>
    /// <param name="prompt">What is written before it.</param>
    public static string Ask(string prompt)
    {
        Console.Error.Write(prompt);
        var password = "";
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace) password = password.Length > 0 ? password[..^1] : "";
            else if (!char.IsControl(key.KeyChar)) password += key.KeyChar;
        }

        Console.Error.WriteLine();
        return password;
    }
}
