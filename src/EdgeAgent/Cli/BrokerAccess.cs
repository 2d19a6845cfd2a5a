using System.CommandLine;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Cli;

/// <summary>The options that say as whom to go to a broker. A password is never an argument: others on the machine could read it.</summary>
sealed class BrokerAccess
{
    readonly ValueOption<string?> _username = Take.Text("--username", "User name at the broker.",
        "a user name, such as --username gateway");
    readonly ValueOption<string?> _passwordFile = Take.Text("--password-file", "File that holds the password.",
        "the path of a file, such as --password-file /etc/edge-agent/mqtt.password");
    readonly ValueOption<string?> _caFile = Take.Text("--ca-file", "PEM file of trusted authorities; the system's without it.",
        "the path of a PEM file, such as --ca-file ca.pem");

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_username);
        command.Add(_passwordFile);
        command.Add(_caFile);
    }

    /// <summary>What was given; false, with a line on standard error, when the password cannot be read or would go in plain text.</summary>
    public bool Read(ParseResult parsed, Uri broker, out BrokerIdentity? identity)
    {
        identity = null;
        Secret? password = null;
        string? reference = null;
        if (parsed.GetValue(_passwordFile) is { } file)
        {
            if (broker.Scheme is "mqtt" or "ws" && !broker.IsLoopback)
                Console.Error.WriteLine($"the password goes to another machine in plain text; {broker.Scheme}s:// encrypts it");
            try
            {
                password = new Secret(File.ReadAllText(file).TrimEnd('\n', '\r'));
                reference = $"${{file:{Path.GetFullPath(file)}}}";
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine($"--password-file: {file} cannot be read: {e.Message}");
                return false;
            }
        }

        var authorities = parsed.GetValue(_caFile) is { } ca ? Path.GetFullPath(ca) : null;
        identity = new(parsed.GetValue(_username), password, reference, authorities);
        return true;
    }
}
