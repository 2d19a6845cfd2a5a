using System.Globalization;
using System.Security.Cryptography;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Messages;

namespace EdgeAgent.Fleets.Signing;

/// <summary>The parts of a document as a command line gives them.</summary>
static class DocumentParts
{
    /// <summary>Reads <c>unit:integer</c> or <c>unit:integer=1</c>.</summary>
    /// <exception cref="IOException">It is neither; the message says why.</exception>
    public static (string Name, VarDeclaration Declared) Var(string text)
    {
        var parts = text.Split('=', 2);
        var named = parts[0].Split(':');
        if (named.Length != 2 || !JsonFields.IsId(named[0]) || Array.IndexOf(VarDeclaration.Types, named[1]) is not (>= 0 and var type))
            throw new IOException($"--var `{text}`: expected NAME:TYPE or NAME:TYPE=DEFAULT, with a type of "
                + $"{string.Join(", ", VarDeclaration.Types)}.");
        object? value = parts.Length == 1 ? null : (VarType)type switch
        {
            VarType.Integer => long.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
                ? whole : null,
            VarType.Number => double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
            VarType.Boolean => parts[1] switch { "true" => true, "false" => false, _ => null },
            _ => parts[1],
        };
        return parts.Length == 1 || value is not null ? (named[0], new((VarType)type, value))
            : throw new IOException($"--var `{text}`: `{parts[1]}` is no {named[1]}.");
    }

    /// <summary>Reads <c>models/pump.onnx=./pump.onnx</c>, with <c>@https://…</c> behind it where gateways fetch it.</summary>
    /// <exception cref="IOException">It is not, or the file cannot be read.</exception>
    public static DocumentFile File(string text)
    {
        var at = text.IndexOf('=');
        if (at <= 0 || !DocumentFile.IsBelow(text[..at]))
            throw new IOException($"--file `{text}`: expected PATH=FILE or PATH=FILE@https://…, with a path below the data directory.");
        var rest = text[(at + 1)..];
        var from = rest.LastIndexOf("@https://", StringComparison.Ordinal);
        Uri? url = null;
        if (from > 0 && !Uri.TryCreate(rest[(from + 1)..], UriKind.Absolute,
            out url)) throw new IOException($"--file `{text}`: not a URL.");
        using var file = System.IO.File.OpenRead(from > 0 ? rest[..from] : rest);
        return new(text[..at], Convert.ToHexStringLower(SHA256.HashData(file)), file.Length, url);
    }

    /// <summary>Reads gates such as <c>readings=&gt;=0.2x</c> and <c>hold=10s</c>.</summary>
    /// <exception cref="IOException">One is none.</exception>
    public static TrialGates Gates(IEnumerable<(string Name, string Value)> pairs)
    {
        var payload = JsonText.Object(json =>
        {
            foreach (var (name, value) in pairs)
                if (long.TryParse(value, out var number)) json.WriteNumber(name, number);
                else json.WriteString(name, value);
        });
        var read = JsonFields.Read(payload, SizeLimits.Target, fields =>
        {
            foreach (var name in fields.Names(20))
                if (!TrialGates.Names.Contains(name)) fields.Fail(0, name, $"not one of {string.Join(", ", TrialGates.Names)}");
            return TrialGates.Read(fields);
        });
        return read.Value ?? throw new IOException($"--gate: {read.Refusal.Detail}");
    }
}
