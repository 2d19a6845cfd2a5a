using EdgeAgent.Configuration;

namespace EdgeAgent.Tests.Configuration;

/// <summary>The files of the repository that are written from the specs; a test holds them equal.</summary>
public static class GeneratedFiles
{
    /// <summary>Each file's path below the repository's root and its text.</summary>
    public static IReadOnlyList<(string Path, string Text)> All() =>
    [
        ("configs/edge-agent.schema.json", Text(ConfigSchema.Write)),
        ("docs/reference/configuration.md", Text(ConfigReference.Write)),
        ("docs/reference/findings.md", Text(FindingReference.Write)),
    ];

    static string Text(Action<TextWriter> write)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        write(writer);
        return writer.ToString();
    }
}
