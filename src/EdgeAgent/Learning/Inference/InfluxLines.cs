using System.Text.RegularExpressions;

namespace EdgeAgent.Learning.Inference;

/// <summary>Texts of lines of InfluxDB's protocol.</summary>
static partial class InfluxLines
{
    const int MostLines = 64;

    /// <summary>Tags and the digits of timestamps; false when a line is something else.</summary>
    public static bool TryRead(string text, out InfluxShape? shape)
    {
        shape = null;
        var tags = new SortedSet<string>(StringComparer.Ordinal);
        var digits = 0;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Take(MostLines))
        {
            var match = Line().Match(line.TrimEnd('\r'));
            if (!match.Success) return false;
            foreach (Capture tag in match.Groups["tag"].Captures) tags.Add(tag.Value);
            if (match.Groups["time"].Success) digits = Math.Max(digits, match.Groups["time"].Length);
        }

        // Without tags and a timestamp it may be any text with an equals sign.
        if (tags.Count == 0 && digits == 0) return false;
        shape = new([.. tags], digits switch { 0 => "ns", <= 11 => "s", <= 14 => "ms", <= 17 => "us", _ => "ns" });
        return true;
    }

    [GeneratedRegex("""^[^\s,=#"]+(,(?<tag>[^\s,="]+)=[^\s,="]+)* [^\s,="]+=(-?[0-9.eE+-]+[iu]?|[tTfF]|true|false|"[^"]*")"""
        + """(,[^\s,="]+=(-?[0-9.eE+-]+[iu]?|[tTfF]|true|false|"[^"]*"))*( (?<time>[0-9]{9,19}))?$""")]
    private static partial Regex Line();
}
