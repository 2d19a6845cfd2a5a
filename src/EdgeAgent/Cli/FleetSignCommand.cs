using System.CommandLine;
using System.Globalization;
using EdgeAgent.Configuration;
using EdgeAgent.Configuration.Binding;
using EdgeAgent.Core.Specs;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;
using EdgeAgent.Fleets.Policies;
using EdgeAgent.Fleets.Signing;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent fleet sign</c>: from a configuration to a signed document; or a signature more on a signed file.</summary>
static class FleetSignCommand
{
    const string VersionForm = "yyyyMMddHHmmss";

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var file = Take.TextArgument("file", "The configuration, without `agent`, `fleet`, `status` and `telemetry`; with --cosign a "
            + "signed file.",
            "the path of a file, such as plant.yaml");
        var name = Take.Text("--name", "The document's name; versions count within it.", "a name, such as --name press-line",
            JsonFields.IsId);
        var groups = Take.Texts("--groups", "Groups it is for, with commas between; `all` for every gateway.",
            "names, such as --groups press,plant7",
            text => text.Split(',').All(JsonFields.IsId));
        var version = Version();
        var expires = SignerOptions.Expires("For how long it may be taken up. [default: for ever]");
        var agent = Take.Text("--agent", "Lowest version of the agent.", "a version, such as --agent 0.4",
            text => System.Version.TryParse(text, out _));
        var vars = Take.Texts("--var", "A value it takes from its gateway by `${var:NAME}`.",
            "NAME:TYPE or NAME:TYPE=DEFAULT, such as --var unit:integer=1");
        var files = Take.Texts("--file", "A file it needs below the data directory, and where it lies here; with @https://… where "
            + "gateways fetch it.",
            "PATH=FILE, such as --file models/pump.onnx=pump.onnx");
        var gates = Take.Texts("--gate", "A gate of its own trial.", "NAME=VALUE, such as --gate 'readings=>=0.2x'");
        var note = Take.Text("--note", "A note for people.", "a text, such as --note 'new pump'");
        var gateway = Take.Text("--gateway", "Check it for a gateway with this configuration: what it allows, which values it has. "
            + "[default: the defaults]",
            "the path of a configuration, such as --gateway config.yaml");
        var cosign = new Option<bool>("--cosign") { Description = "Add a signature to a signed file of any kind; nothing else in it "
            + "changes." };
        var output = Take.Text("--out", "Where it goes. [default: NAME-VERSION.json; with --cosign the file itself]",
            "the path of a file, such as --out press-line.json");
        var signing = new SignerOptions();
        var command = new Command("sign", "Checks a configuration and signs it as a document of the fleet.")
        {
            file, name, groups, version, expires, agent, vars, files, gates, note, gateway, cosign, output,
        };
        signing.AddTo(command);
        command.SetAction(parsed => SignerOptions.Try(() =>
        {
            var path = parsed.GetValue(file)!;
            var part = PartOf(parsed.GetValue(gateway));
            if (parsed.GetValue(cosign)) return Cosign(path, parsed.GetValue(output) ?? path, part, signing.Some(parsed));
            if (parsed.GetValue(name) is not { } title || parsed.GetValue(groups) is not { Length: > 0 } given)
            {
                Console.Error.WriteLine("edge-agent fleet sign: --name and --groups are missing. Expected such as --name press-line "
                    + "--groups press.");
                return ExitCode.Usage;
            }

            var document = new ConfigDocument
            {
                Name = title,
                Version = VersionOf(parsed.GetValue(version)),
                Issued = SignerOptions.Now,
                Expires = SignerOptions.Expiry(parsed.GetValue(expires), SignerOptions.Now, null),
                Groups = [.. given.SelectMany(text => text.Split(',')).Distinct()],
                LeastAgent = parsed.GetValue(agent) is { } least ? System.Version.Parse(least) : null,
                Vars = (parsed.GetValue(vars) ?? []).Select(DocumentParts.Var).ToDictionary(var => var.Name, var => var.Declared),
                Files = [.. (parsed.GetValue(files) ?? []).Select(DocumentParts.File)],
                Gates = DocumentParts.Gates((parsed.GetValue(gates) ?? []).Select(SignerOptions.Pair)),
                Note = parsed.GetValue(note),
                Config = Text(path),
            };
            if (!IsGood(document, part, path)) return ExitCode.Configuration;
            var target = parsed.GetValue(output) ?? string.Create(CultureInfo.InvariantCulture, $"{document.Name}-{document.Version}.json");
            return Write(target, SignerOptions.Sign(new Envelope(PayloadTypes.Document, document.ToPayload(), []), signing.Some(parsed)));
        }));
        return command;
    }

    /// <summary>The option <c>--version</c>.</summary>
    public static ValueOption<string?> Version() => Take.Text("--version",
        "Its version; only a higher one follows. [default: the time, such as 20261127120000]",
        "a whole number, such as --version 42", text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture,
            out var number) && number > 0);

    /// <summary>What it says, or the time as a number that rises.</summary>
    public static long VersionOf(string? given) => long.Parse(given ?? SignerOptions.Now.ToString(VersionForm,
        CultureInfo.InvariantCulture),
        CultureInfo.InvariantCulture);

    static GatewayPart PartOf(string? path)
    {
        if (path is null) return GatewayPart.Unknown;
        return GatewayPart.Of(ConfigReader.ReadFile(path))
            ?? throw new IOException($"{path}: no usable `agent` and `fleet` sections. Give the configuration of a gateway of the fleet.");
    }

    static int Cosign(string path, string target, GatewayPart part, IReadOnlyList<Signer> signers)
    {
        var envelope = EnvelopeFile.Read(path);
        if (envelope.Type == PayloadTypes.Document)
        {
            var document = ConfigDocument.Parse(envelope.Payload);
            if (!document.IsGood) throw new IOException($"{path}: {document.Refusal}");
            if (!IsGood(document.Value, part, document.Value.Name + ".yaml")) return ExitCode.Configuration;
        }

        return Write(target, SignerOptions.Sign(envelope, signers));
    }

    static bool IsGood(ConfigDocument document, GatewayPart part, string path)
    {
        var findings = new List<Finding>(DocumentConfig.Read(document, part, path).Findings);
        foreach (var finding in findings) Console.Error.WriteLine(finding);
        if (ConfigDocument.Parse(document.ToPayload()) is { IsGood: false } read) throw new IOException($"{path}: {read.Refusal}");
        var errors = findings.Count(finding => finding.Severity == Severity.Error);
        if (errors > 0) Console.Error.WriteLine($"{path}: {errors} error{(errors == 1 ? "" : "s")}. Nothing is signed.");
        return errors == 0;
    }

    static int Write(string path, Envelope envelope)
    {
        EnvelopeFile.Write(path, envelope);
        Console.Out.WriteLine($"{path}:");
        foreach (var line in EnvelopeText.Of(envelope, null).Lines) Console.Out.WriteLine(line);
        return ExitCode.Good;
    }

    static string Text(string path)
    {
        var findings = new FindingList(path);
        return ConfigText.TryRead(path, findings) ?? throw new IOException(string.Join('\n', findings.Sorted()));
    }
}
