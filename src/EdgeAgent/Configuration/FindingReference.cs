using EdgeAgent.Core.Specs;

namespace EdgeAgent.Configuration;

/// <summary>Writes the reference page of findings: every code, what it means and what to do.</summary>
public static class FindingReference
{
    /// <summary>Writes the page as Markdown; the same bytes every time.</summary>
    public static void Write(TextWriter writer)
    {
        writer.Write("""
            # Findings

            Generated from the list of codes by `edge-agent schema`; do not edit by hand.

            A finding is one line: `file:line:column  code  path: what was seen and expected. What to do.` Codes that start with
            `EA1` are errors: the agent does not start (exit code 78), and at run time keeps the configuration it has. Codes that
            start with `EA2` are warnings. Codes are stable: none is ever given another meaning.

            | code | finding | when, and what to do |
            |---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (var code in FindingCodes.All)
            writer.Write($"| {code.Id} | {code.Title} | {code.Doc.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
    }
}
