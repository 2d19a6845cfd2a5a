using System.Text;
using EdgeAgent.Core.Specs;
using EdgeAgent.Machines;
using EdgeAgent.Native.Files;

namespace EdgeAgent.Configuration.Binding;

/// <summary>Resolves <c>${env:NAME}</c>, <c>${file:path}</c> and <c>${machine:name}</c>; <c>$${</c> is a literal <c>${</c>.</summary>
/// <remarks>
/// Files are at most 64 KiB of UTF-8, read relative to the configuration's folder; one newline at the end is left out.
/// What was read from files and the environment never goes into a finding. Not recursive: text that was read is taken as it is.
/// </remarks>
/// <param name="folder">Folder of the configuration file.</param>
/// <param name="findings">Where findings go.</param>
/// <param name="machine">The machine that <c>${machine:…}</c> asks; null for this one.</param>
/// <param name="rule">Which references there may be; null for all.</param>
sealed class References(string folder, FindingList findings, Machine? machine = null, IReferenceRule? rule = null)
{
    const int MaxBytes = 64 << 10;
    static readonly UTF8Encoding Strict = new(false, true);
    readonly Machine _machine = machine ?? new();

    /// <summary>Whether a text holds a reference or an escaped one.</summary>
    public static bool Any(string text) => text.Contains("${", StringComparison.Ordinal);

    /// <summary>Where the references of a text take their values from, in words; nothing of the values.</summary>
    public IReadOnlyList<string> Sources(string text)
    {
        var sources = new List<string>();
        for (var at = text.IndexOf("${", StringComparison.Ordinal); at >= 0; at = text.IndexOf("${", at + 2, StringComparison.Ordinal))
        {
            if (at > 0 && text[at - 1] == '$' || text.IndexOf('}', at) is not (> 0 and var close)) continue;
            var parts = text[(at + 2)..close].Split(':', 2);
            sources.Add((parts[0], parts[^1]) switch
            {
                ("env", var name) => $"environment variable {name}",
                ("file", var path) => $"file {path}",
                (_, var what) => _machine.Find(what).From,
            });
        }

        return sources;
    }

    /// <summary>Whether a text holds no other references than such to the machine, which are no secret.</summary>
    public static bool IsOfMachine(string text) =>
        Any(text) && !text.Contains("${env:", StringComparison.Ordinal) && !text.Contains("${file:", StringComparison.Ordinal);

    /// <summary>The text with its references resolved; null with a finding when one cannot be.</summary>
    public string? TryResolve(string text, SpecValue value)
    {
        var result = new StringBuilder();
        for (var i = 0; i < text.Length;)
        {
            var at = text.IndexOf("${", i, StringComparison.Ordinal);
            if (at < 0)
            {
                result.Append(text, i, text.Length - i);
                break;
            }

            if (at > i && text[at - 1] == '$')
            {
                result.Append(text, i, at - 1 - i).Append("${");
                i = at + 2;
                continue;
            }

            result.Append(text, i, at - i);
            var close = text.IndexOf('}', at);
            if (close < 0) return Fail(FindingCodes.BadReference, value, at, "a `${` without its `}`. Write `$${` for a literal `${`.");
            if (Read(text[(at + 2)..close], value, at) is not { } part) return null;
            result.Append(part);
            i = close + 1;
        }

        return rule is { IsDry: true } ? null : result.ToString();
    }

    /// <summary>A path as it counts wherever the agent is started: a relative one starts at the configuration's folder.</summary>
    public string Rooted(string path) => Path.GetFullPath(Path.Combine(folder, path));

    string? Read(string reference, SpecValue value, int offset)
    {
        if (reference.StartsWith("env:", StringComparison.Ordinal) && reference.Length > 4)
            return IsRefused("env", reference[4..], value, offset) ? null : IsDry ? "" : Variable(reference[4..], value, offset);
        if (reference.StartsWith("file:", StringComparison.Ordinal) && reference.Length > 5)
            return IsRefused("file", reference[5..], value, offset) ? null : IsDry ? "" : File(reference[5..], value, offset);
        if (reference.StartsWith("machine:", StringComparison.Ordinal)) return IsDry ? "" : OfMachine(reference[8..], value, offset);
        if (reference.StartsWith("var:", StringComparison.Ordinal))
            return Fail(FindingCodes.BadVar, value, offset,
                "`${var:name}` stands for a value in documents of a fleet, and for the whole of it: nothing stands before or behind it.");
        return Fail(FindingCodes.BadReference, value, offset,
            "a reference is `${env:NAME}`, `${file:/path}` or `${machine:serial}`. Write `$${` for a literal `${`.");
    }

    bool IsDry => rule is { IsDry: true };

    bool IsRefused(string kind, string name, SpecValue value, int offset)
    {
        if (rule is null || name.Contains('\0')) return false;
        if (rule.WhyNot(value.Spec, kind, kind == "file" ? Rooted(name) : name) is not { } why) return false;
        Fail(FindingCodes.SecretElsewhere, value, offset, why);
        return true;
    }

    string? OfMachine(string name, SpecValue value, int offset)
    {
        if (!Machine.Names.Contains(name))
            return Fail(FindingCodes.BadReference, value, offset,
                $"`{Nearest.Cut(name)}` is nothing a machine tells.{Nearest.Hint(name, Machine.Names)}");
        var (found, from) = _machine.Find(name);
        return found ?? Fail(FindingCodes.NoMachineName, value, offset, $"{from}.");
    }

    string? Variable(string name, SpecValue value, int offset)
    {
        if (name.AsSpan().ContainsAny('=', '\0'))
            return Fail(FindingCodes.BadReference, value, offset, "the name of an environment variable holds no `=` and no NUL.");
        return Environment.GetEnvironmentVariable(name) is { } text
            ? Usable(text, value, offset, $"environment variable `{Nearest.Cut(name)}`")
            : Fail(FindingCodes.NoVariable, value, offset,
                $"environment variable `{Nearest.Cut(name)}` is not set. Set it where the agent is started.");
    }

    string? File(string name, SpecValue value, int offset)
    {
        var shown = $"file `{Nearest.Cut(name)}`";
        try
        {
            var path = Path.Combine(folder, name);
            if (FileKind.NotAFile(path) is "a pipe" or "a socket")
                return Fail(FindingCodes.SecretFile, value, offset,
                    $"{shown} is a pipe or a socket, which would be waited for. Name a file.");
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[MaxBytes + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length > MaxBytes)
                return Fail(FindingCodes.SecretFile, value, offset, $"{shown} is longer than 64KiB. Is this the right file?");
            WarnIfOpen(path, shown, value, offset);
            var text = Strict.GetString(bytes, 0, length);
            return Usable(text.EndsWith('\n') ? text[..^(text.EndsWith("\r\n", StringComparison.Ordinal) ? 2 : 1)] : text,
                value, offset, shown);
        }
        catch (DecoderFallbackException)
        {
            return Fail(FindingCodes.SecretEmpty, value, offset, $"{shown} is not UTF-8 text. Save it as UTF-8.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var reason = e switch
            {
                FileNotFoundException or DirectoryNotFoundException => "does not exist. Create it, or mend the path",
                UnauthorizedAccessException => "may not be read by this user. Give the agent's user or group the right to read it",
                _ => "cannot be read. Mend the path",
            };
            return Fail(FindingCodes.SecretFile, value, offset, $"{shown} {reason}.");
        }
    }

    void WarnIfOpen(string path, string shown, SpecValue value, int offset)
    {
        const UnixFileMode open = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite;
        if (value.Spec.Type == FieldType.Secret && !OperatingSystem.IsWindows() && (System.IO.File.GetUnixFileMode(path) & open) != 0)
            findings.Add(FindingCodes.OpenSecretFile, value.Inside(offset), value.Path,
                $"{shown} can be read or written by others. `chmod 640` it, or less.");
    }

    string? Usable(string text, SpecValue value, int offset, string shown)
    {
        if (text.Length == 0) return Fail(FindingCodes.SecretEmpty, value, offset, $"{shown} is empty. Put the value there.");
        return text.AsSpan().ContainsAny('\n', '\r', '\0')
            ? Fail(FindingCodes.SecretEmpty, value, offset, $"{shown} holds more than one line. Keep the value alone in it.")
            : text;
    }

    string? Fail(FindingCode code, SpecValue value, int offset, string message)
    {
        findings.Add(code, value.Inside(offset), value.Path, message);
        return null;
    }
}
