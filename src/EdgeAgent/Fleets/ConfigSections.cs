using System.Globalization;

namespace EdgeAgent.Fleets;

/// <summary>The sections of a configuration as text: which line belongs to which. For people;
/// what counts is bound from the YAML itself.</summary>
static class ConfigSections
{
    /// <summary>Sections that are always those of the local file.</summary>
    public static readonly IReadOnlyList<string> Local = ["config", "agent", "fleet", "status", "telemetry"];

    /// <summary>Lines with the section that each belongs to; a comment belongs to what follows it.</summary>
    public static IReadOnlyList<(string Section, int Number, string Line)> Of(string text)
    {
        var lines = text.Split('\n');
        var all = new (string Section, int Number, string Line)[lines.Length];
        var section = "";
        var pending = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].TrimEnd('\r');
            var isBlank = line.Length == 0 || line[0] == '#';
            var colon = line.IndexOf(':');
            if (!isBlank && colon > 0 && line[0] is not (' ' or '\t' or '-' or '}' or ']'))
            {
                section = line[..colon].Trim('"', '\'', ' ');
                for (; pending > 0; pending--) all[i - pending].Section = section;
            }

            pending = isBlank ? pending + 1 : 0;
            all[i] = (section, i + 1, line);
        }

        return all;
    }

    /// <summary>The effective configuration line by line, each with where it came from.</summary>
    /// <param name="localName">Name of the local file.</param>
    /// <param name="local">Its text.</param>
    /// <param name="documentName">The document; null when the local file runs whole.</param>
    /// <param name="document">Its configuration.</param>
    public static IEnumerable<string> Lines(string localName, string local, string? documentName, string? document)
    {
        foreach (var (section, number, line) in Of(local))
            if (document is null || Local.Contains(section)) yield return Show(localName, number, line);
        if (document is null) yield break;
        foreach (var (section, number, line) in Of(document))
            if (!Local.Contains(section)) yield return Show(documentName!, number, line);
    }

    /// <summary>Whether the local file has sections that a document takes the place of, with other content.</summary>
    public static bool HasDrift(string local, string document)
    {
        static IEnumerable<string> Rest(string text) => Of(text)
            .Where(l => !Local.Contains(l.Section) && l.Line.AsSpan().Trim() is { Length: > 0 } line && line[0] != '#')
            .Select(l => l.Line.TrimEnd());
        var own = Rest(local).ToList();
        return own.Count > 0 && !own.SequenceEqual(Rest(document));
    }

    static string Show(string name, int number, string line) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}:{number,-4} | {line}");
}
