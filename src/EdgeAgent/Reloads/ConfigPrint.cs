using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeAgent.Core.Specs;
using EdgeAgent.Running;

namespace EdgeAgent.Reloads;

/// <summary>What every component of a configuration is, key by key, as hashes: equal ones need no change. Immutable.</summary>
/// <remarks>Defaults are filled in, so that writing one out changes nothing. Of a file that a component reads (certificates,
/// scaling, a sensor profile) its content counts, not only its name.</remarks>
sealed class ConfigPrint
{
    const long MostFileBytes = 4 << 20;
    static readonly Dictionary<string, PartKind> Maps = new()
    {
        ["sources"] = PartKind.Source, ["pipelines"] = PartKind.Pipeline, ["outputs"] = PartKind.Output, ["models"] = PartKind.Model,
    };

    readonly Dictionary<(PartKind Kind, string Name), Dictionary<string, string>> _parts = [];

    /// <summary>The print of bound values.</summary>
    public ConfigPrint(SpecValues root)
    {
        foreach (var field in root.Spec.Fields)
        {
            if (Maps.TryGetValue(field.Name, out var kind))
                foreach (var (name, value) in root.Find(field.Name)?.Entries ?? []) _parts[(kind, name)] = KeysOf(value.Nested!);
            else if (field.Component is { } section)
                _parts[(PartKind.Section, field.Name)] = KeysOf(root.Find(field.Name)?.Nested ?? new SpecValues(section, "", "", default));
            // What stands at the top by itself is the form of the file: no part of what runs.
        }
    }

    /// <summary>Names of the parts of a kind, in the order of the file.</summary>
    public IEnumerable<string> Names(PartKind kind) => _parts.Keys.Where(part => part.Kind == kind).Select(part => part.Name);

    /// <summary>Keys of a part, in both configurations, that are not the same.</summary>
    public IReadOnlyList<string> Changed(ConfigPrint next, PartKind kind, string name)
    {
        var (now, then) = (_parts[(kind, name)], next._parts[(kind, name)]);
        return [.. now.Keys.Union(then.Keys).Where(key => now.GetValueOrDefault(key) != then.GetValueOrDefault(key))];
    }

    static Dictionary<string, string> KeysOf(SpecValues values)
    {
        var keys = new Dictionary<string, string>(StringComparer.Ordinal) { ["type"] = values.Spec.Name };
        foreach (var field in FieldsOf(values.Spec))
        {
            var text = new StringBuilder();
            Write(text, field, values.Find(field.Name) is { } written ? written.Value : field.Default);
            keys[field.Name] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
        }

        return keys;
    }

    static IEnumerable<FieldSpec> FieldsOf(ComponentSpec spec) => spec.Body is { } body ? [body] : spec.Fields;

    static void Write(StringBuilder to, FieldSpec spec, object? value)
    {
        switch (value)
        {
            case SpecValues nested:
                Atom(to, nested.Spec.Name);
                foreach (var field in FieldsOf(nested.Spec))
                    Write(to, field, nested.Find(field.Name) is { } written ? written.Value : field.Default);
                break;
            case IReadOnlyList<SpecValue> items:
                Atom(to, items.Count.ToString(CultureInfo.InvariantCulture));
                foreach (var item in items) Write(to, item.Spec, item.Value);
                break;
            case IReadOnlyList<KeyValuePair<string, SpecValue>> entries:
                Atom(to, entries.Count.ToString(CultureInfo.InvariantCulture));
                foreach (var (name, entry) in entries)
                {
                    Atom(to, name);
                    Write(to, entry.Spec, entry.Value);
                }

                break;
            case string text:
                Atom(to, text);
                if ((spec.Type == FieldType.Path && spec.Exists) || (spec.PathWithSlash && text.Contains('/'))) Atom(to, ContentOf(text));
                break;
            case Secret secret:
                Atom(to, secret.Reveal());
                break;
            default:
                Atom(to, value is IFormattable number ? number.ToString(null, CultureInfo.InvariantCulture) : value?.ToString() ?? "");
                break;
        }
    }

    static void Atom(StringBuilder to, string text) => to.Append(CultureInfo.InvariantCulture, $"{text.Length}:{text}");

    static string ContentOf(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists) return "";
            if (file.Length > MostFileBytes) return $"{file.Length} {file.LastWriteTimeUtc.Ticks}";
            return Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
