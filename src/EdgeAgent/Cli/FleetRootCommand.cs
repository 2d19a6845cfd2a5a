using System.CommandLine;
using System.Globalization;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;
using EdgeAgent.Fleets.Signing;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent fleet root</c>: which keys have which role.</summary>
static class FleetRootCommand
{
    static readonly TimeSpan Validity = TimeSpan.FromDays(365);

    /// <summary>The command.</summary>
    public static Command Create() => new("root", "Says which keys have which role: the file that every gateway believes first.")
    {
        CreateInit(), CreateAddKey(), CreateRotate(),
    };

    static ValueOption<string[]> Keys(string name, string role) =>
        Take.Texts(name, $"Public key (PEM) of the role {role}; may be given several times.",
            $"the path of a PEM file, such as {name} {role}.pub.pem");

    static ValueOption<string[]> Numbers(string name, string description, string example) => Take.Texts(name, description,
        $"NAME=NUMBER, such as {name} {example}");

    static Command CreateInit()
    {
        var (roots, configs, rollouts) = (Keys("--root-key", "root"), Keys("--config-key", "config"), Keys("--rollout-key", "rollout"));
        roots.Description += " [default: those that sign]";
        configs.Required = true;
        var rootThreshold = Take.Whole("--root-threshold", "How many root keys have to sign.", new(1, 16), 1, 2);
        var configThreshold = Take.Whole("--config-threshold", "How many config keys have to sign.", new(1, 16), 1, 2);
        var expires = SignerOptions.Expires("For how long it is good. [default: 365d]");
        var output = Take.Text("--out", "Where it goes. [default: root.1.json]", "the path of a file, such as --out root.1.json");
        var signing = new SignerOptions();
        var command = new Command("init", "Makes root 1. Its fingerprint is what `fleet.root` of each gateway pins.")
        {
            roots, configs, rollouts, rootThreshold, configThreshold, expires, output,
        };
        signing.AddTo(command);
        command.SetAction(parsed => SignerOptions.Try(() =>
        {
            var signers = signing.Some(parsed);
            IEnumerable<(string, FleetKey)> Of(ValueOption<string[]> option, string role) =>
                (parsed.GetValue(option) ?? []).Select(path => (role, KeyFiles.ReadPublic(path)));
            var own = parsed.GetValue(roots) is { Length: > 0 } ? Of(roots, RoleNames.Root)
                : signers.Select(signer => (RoleNames.Root, signer.Key));
            var edit = new RootEdit([.. own, .. Of(configs, RoleNames.Config), .. Of(rollouts, RoleNames.Rollout)], [],
                new Dictionary<string, int>
            {
                [RoleNames.Root] = parsed.GetValue(rootThreshold),
                [RoleNames.Config] = parsed.GetValue(configThreshold),
            }, new Dictionary<string, long>(), new Dictionary<string, long>());
            return Write(null, edit, parsed.GetValue(expires), parsed.GetValue(output) ?? "root.1.json", signers);
        }));
        return command;
    }

    static Command CreateAddKey()
    {
        var role = Take.Text("--role", "The role: root, config or rollout.", "a role, such as --role config");
        role.Required = true;
        var key = Take.TextArgument("key", "Public key (PEM).", "the path of a PEM file, such as config2.pub.pem");
        return CreateNext("add-key", "Makes the next root with a key more.", [role], [key], parsed =>
            new RootEdit([(Role(parsed.GetValue(role)!), KeyFiles.ReadPublic(parsed.GetValue(key)!))], [], new Dictionary<string, int>(),
                new Dictionary<string, long>(), new Dictionary<string, long>()));
    }

    static Command CreateRotate()
    {
        var add = Take.Texts("--add", "Key to put into a role; may be given several times.", "ROLE=FILE, such as --add config=new.pub.pem");
        var remove = Take.Texts("--remove", "Id of a key to take out of all roles; may be given several times.",
            "16 digits, such as --remove 0123456789abcdef", id => Digest.IsHex(id, FleetKey.IdLength));
        var threshold = Numbers("--threshold", "Threshold of a role.", "config=2");
        var least = Numbers("--min-version", "Lowest version of a document that may still be taken up.", "press-line=41");
        var sequence = Numbers("--seq", "Sequence number that gateways go on from, after a stolen rollout key raised it.", "press=1016");
        return CreateNext("rotate", "Makes the next root: keys out and in, thresholds, lowest versions.", [add, remove, threshold, least,
            sequence], [], parsed =>
            new RootEdit([.. (parsed.GetValue(add) ?? []).Select(SignerOptions.Pair).Select(pair => (Role(pair.Name),
                KeyFiles.ReadPublic(pair.Value)))],
                parsed.GetValue(remove) ?? [],
                SignerOptions.Numbers(parsed.GetValue(threshold)).ToDictionary(pair => Role(pair.Key), pair => (int)Math.Min(pair.Value,
                    int.MaxValue)),
                SignerOptions.Numbers(parsed.GetValue(least)), SignerOptions.Numbers(parsed.GetValue(sequence))));
    }

    static string Role(string name) => RoleNames.All.Contains(name) ? name
        : throw new IOException($"`{name}` is no role. Expected one of {string.Join(", ", RoleNames.All)}.");

    static Command CreateNext(string name, string description, Option[] options, Argument[] arguments, Func<ParseResult, RootEdit> edit)
    {
        var before = Take.TextArgument("root", "The root before.", "the path of a root, such as root.1.json");
        var expires = SignerOptions.Expires("For how long it is good. [default: 365d]");
        var output = Take.Text("--out", "Where it goes. [default: root.N.json]", "the path of a file, such as --out root.2.json");
        var signing = new SignerOptions();
        var command = new Command(name, $"{description} It is signed by enough root keys of both.") { before };
        foreach (var argument in arguments) command.Arguments.Add(argument);
        foreach (var option in (Option[])[.. options, expires, output]) command.Options.Add(option);
        signing.AddTo(command);
        command.SetAction(parsed => SignerOptions.Try(() =>
        {
            var path = parsed.GetValue(before)!;
            var current = RootChain.First(EnvelopeFile.Read(path).ToBytes(), null);
            if (!current.IsGood) throw new IOException($"{path}: {current.Refusal}");
            var target = parsed.GetValue(output) ?? string.Create(CultureInfo.InvariantCulture, $"root.{current.Value.Version + 1}.json");
            return Write(current.Value, edit(parsed), parsed.GetValue(expires), target, signing.Some(parsed));
        }));
        return command;
    }

    static int Write(TrustRoot? before, RootEdit edit, string? expires, string path, IReadOnlyList<Signer> signers)
    {
        if (File.Exists(path)) throw new IOException($"{path} is there already. Give another name by --out.");
        var root = edit.After(before, SignerOptions.Now, SignerOptions.Expiry(expires, SignerOptions.Now, Validity));
        var envelope = SignerOptions.Sign(new Envelope(PayloadTypes.Root, root.ToPayload(), []), signers);
        EnvelopeFile.Write(path, envelope);
        Console.Out.WriteLine($"{path}:");
        foreach (var line in EnvelopeText.Describe(root, envelope.Payload.Span)) Console.Out.WriteLine(line);
        foreach (var line in RootEdit.Warnings(root)) Console.Error.WriteLine($"note: {line}");
        var bytes = envelope.ToBytes();
        var read = before is null ? RootChain.First(bytes, null) : RootChain.Next(before, bytes);
        if (!read.IsGood) Console.Out.WriteLine($"Not complete yet: {read.Refusal.Detail} Add to it by `edge-agent fleet sign --cosign "
            + $"{path} --key …`.");
        return ExitCode.Good;
    }
}
