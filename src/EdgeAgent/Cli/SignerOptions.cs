using System.CommandLine;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Specs;
using EdgeAgent.Fleet.Trust;
using EdgeAgent.Fleets.Signing;

namespace EdgeAgent.Cli;

/// <summary>The options of who signs: key files, or a command that a key stays behind.</summary>
sealed class SignerOptions
{
    const string Variable = "EDGE_AGENT_FLEET_KEY";

    readonly ValueOption<string[]> _keys = Take.Texts("--key", $"Private key (PEM) to sign with; several sign one after the other. "
        + $"[default: ${Variable}]",
        "the path of a PEM file, such as --key config.pem");
    readonly ValueOption<string?> _password = Take.Text("--password-file",
        "File with the password of an encrypted key; else it is asked for.",
        "the path of a file, such as --password-file key.password");
    readonly ValueOption<string?> _command = Take.Text("--sign-with",
        "Command that signs in place of a key: what is signed on standard input or in the file {data}, its SHA-256 in the file {digest}; "
            + "the signature (64 "
        + "bytes, DER or Base64) on standard output or in the file {out}.",
        "a command, such as --sign-with 'openssl dgst -sha256 -sign key.pem {data}'");
    readonly ValueOption<string?> _public = Take.Text("--public", "Public key (PEM) of the command of --sign-with.",
        "the path of a PEM file, such as --public card.pub.pem");

    /// <summary>Adds the options.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_keys, _password, _command, _public]) command.Options.Add(option);
    }

    /// <summary>Those who sign; none when nothing is given.</summary>
    /// <exception cref="IOException">A key cannot be used.</exception>
    public IReadOnlyList<Signer> Read(ParseResult parsed)
    {
        var signers = new List<Signer>();
        var files = parsed.GetValue(_keys) is { Length: > 0 } given ? given
            : parsed.GetValue(_command) is null && Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } usual ? [usual] : [];
        foreach (var file in files) signers.Add(Signer.Of(KeyFiles.ReadPrivate(file, () => Password(parsed, $"Password of {file}: "))));
        if (parsed.GetValue(_command) is not { } command) return signers;
        var key = parsed.GetValue(_public) ?? throw new IOException("--sign-with needs --public, the public key of what signs.");
        signers.Add(Signer.Of(command, KeyFiles.ReadPublic(key)));
        return signers;
    }

    /// <summary>Those who sign; at least one.</summary>
    public IReadOnlyList<Signer> Some(ParseResult parsed) => Read(parsed) is { Count: > 0 } signers ? signers
        : throw new IOException($"no key to sign with. Give --key FILE, set {Variable}, or give --sign-with and --public.");

    /// <summary>The password of <c>--password-file</c>, or the one typed; null when there is neither.</summary>
    public string? Password(ParseResult parsed, string prompt) =>
        parsed.GetValue(_password) is { } file ? File.ReadAllText(file).TrimEnd('\r', '\n')
            : Console.IsInputRedirected ? null : PasswordCommand.Ask(prompt);

    /// <summary>An envelope signed by all of them.</summary>
    public static Envelope Sign(Envelope envelope, IReadOnlyList<Signer> signers)
    {
        foreach (var signer in signers) envelope = signer.AddTo(envelope);
        return envelope;
    }

    /// <summary>The time, to the second.</summary>
    public static DateTimeOffset Now => DateTimeOffset.FromUnixTimeSeconds(new SystemClock().Now.WallNs / 1_000_000_000);

    /// <summary>The option <c>--expires</c>.</summary>
    public static ValueOption<string?> Expires(string description) => Take.Text("--expires", description,
        "a duration such as --expires 90d, or never",
        text => text == "never" || Words.TryDuration(text, out var span) && span > TimeSpan.Zero && span < TimeSpan.FromDays(36500));

    /// <summary>What it says; <paramref name="otherwise"/> when it was not given.</summary>
    public static DateTimeOffset? Expiry(string? given, DateTimeOffset now, TimeSpan? otherwise) => given switch
    {
        null => otherwise is { } span ? now + span : null,
        "never" => null,
        _ => Words.TryDuration(given, out var span) ? now + span : null,
    };

    /// <summary>Runs what may fail on a file; the message goes to standard error.</summary>
    public static int Try(Func<int> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCode.Io;
        }
    }

    /// <summary>Splits <c>name=value</c>.</summary>
    public static (string Name, string Value) Pair(string text) =>
        text.IndexOf('=') is > 0 and var at ? (text[..at], text[(at + 1)..]) : throw new IOException($"`{text}` is not NAME=VALUE.");

    /// <summary>Numbers by name out of <c>name=number</c>.</summary>
    public static Dictionary<string, long> Numbers(IEnumerable<string>? texts) => (texts ?? []).Select(Pair).ToDictionary(pair => pair.Name,
        pair => long.TryParse(pair.Value, out var number) && number >= 0 ? number
            : throw new IOException($"`{pair.Value}` is not a whole number."));
}
