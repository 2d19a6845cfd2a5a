using System.CommandLine;
using System.Globalization;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;
using EdgeAgent.Fleets.Signing;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent fleet vars</c>: the values of one gateway, signed by config keys.</summary>
static class FleetVarsCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var id = Take.TextArgument("gateway", "The gateway's id.", "an id, such as gw-plant7-01", isGood: JsonFields.IsId);
        var values = Take.TextsArgument("values", "All its values: NAME=17, NAME=true, NAME=text, or NAME='\"17\"' for digits as text.",
            "NAME=VALUE, such as unit=17", text => text.Length > 0);
        var version = FleetSignCommand.Version();
        var output = Take.Text("--out", "Where they go. [default: GATEWAY.vars.json]", "the path of a file, such as --out gw-a.vars.json");
        var signing = new SignerOptions();
        var command = new Command("vars", "Signs the values that one gateway puts in for `${var:name}`. They take the place of all it had.")
        {
            id, values, version, output,
        };
        signing.AddTo(command);
        command.SetAction(parsed => SignerOptions.Try(() =>
        {
            var gateway = parsed.GetValue(id)!;
            var pairs = parsed.GetValue(values)!.Select(SignerOptions.Pair);
            var vars = new Vars
            {
                Id = gateway,
                Version = FleetSignCommand.VersionOf(parsed.GetValue(version)),
                Issued = SignerOptions.Now,
                Values = pairs.ToDictionary(pair => pair.Name, pair => Value(pair.Value)),
            };
            if (Vars.Parse(vars.ToPayload()) is { IsGood: false } read) throw new IOException(read.Refusal.ToString());
            var path = parsed.GetValue(output) ?? gateway + ".vars.json";
            EnvelopeFile.Write(path, SignerOptions.Sign(new Envelope(PayloadTypes.Vars, vars.ToPayload(), []), signing.Some(parsed)));
            Console.Out.WriteLine($"{path}: values {vars.Version} of {gateway}");
            return ExitCode.Good;
        }));
        return command;
    }

    static object Value(string text) =>
        text is "true" or "false" ? text == "true"
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number
        : text is ['"', .., '"'] && text.Length > 1 ? text[1..^1] : text;
}
