using System.CommandLine;
using EdgeAgent.Configuration;
using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.Settings;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;
using EdgeAgent.Fleets.Signing;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent fleet enroll</c>, on a gateway: the line that the manager's list takes.</summary>
static class FleetEnrollCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var config = Take.Config("Configuration of the gateway. [default: /etc/edge-agent/config.yaml]", ArgumentArity.ZeroOrOne);
        var command = new Command("enroll", "Prints this gateway's id, the key of its reports and the root it pins, as a line for the "
            + "manager's list.") { config };
        command.SetAction(parsed => SignerOptions.Try(() => Print(parsed.GetValue(config)
            ?? "/etc/edge-agent/config.yaml", Console.Out, Console.Error)));
        return command;
    }

    /// <summary>Writes the line.</summary>
    public static int Print(string path, TextWriter output, TextWriter error)
    {
        var read = ConfigReader.ReadFile(path);
        if (read.Root?.Find("agent")?.Nested?.Settings is not AgentSettings agent
            || read.Root.Find("fleet")?.Nested?.Settings is not FleetSettings fleet)
        {
            foreach (var finding in read.Findings) error.WriteLine(finding);
            error.WriteLine($"{path}: no usable `agent` and `fleet` sections. Give the configuration of a gateway of a fleet.");
            return ExitCode.Configuration;
        }

        var pem = Path.Combine(agent.DataDir, "fleet", "key.pem");
        if (!File.Exists(pem))
        {
            error.WriteLine($"{pem} is not there: the agent makes its key at its first start with a `fleet` section. Start it once.");
            return ExitCode.Unavailable;
        }

        using var key = KeyFiles.ReadPrivate(pem, () => null);
        var root = RootPin.TryParse(fleet.Root)?.ToString() ?? Digest.Fingerprint(EnvelopeFile.Read(fleet.Root).Payload.Span);
        output.WriteLine(System.Text.Encoding.UTF8.GetString(JsonText.Object(json =>
        {
            json.WriteString("id", agent.Id);
            json.WriteStartObject("key");
            json.WriteString("id", key.Public.Id);
            json.WriteString("alg", FleetKey.Algorithm);
            json.WriteBase64String("spki", key.Public.Spki.Span);
            json.WriteEndObject();
            JsonText.Texts(json, "groups", fleet.Groups);
            json.WriteString("root", root);
        })));
        return ExitCode.Good;
    }
}
