using EdgeAgent.Core.Specs;

namespace EdgeAgent.Outputs.Files;

/// <summary>A <c>type: file</c> output.</summary>
public static class FileOutputSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "file",
        Kind = ComponentKind.Output,
        Doc = "Payloads as JSON lines at the end of a file; for trying things out. The file is not rotated. A kill or a power "
            + "cut may leave the beginning of a line: it is ended there, and its record comes again on a line of its own.",
        Example = "log: { type: file, path: /tmp/summaries.jsonl }",
        Fields =
        [
            FieldSpec.Of(FieldType.Path, "path", "The file; created when absent.")
                with { Required = true, Use = PathUse.Write, Example = "/tmp/summaries.jsonl" },
        ],
        Build = v => new FileOutputSettings { Name = v.Name, Path = v.Get<string>("path") },
    };

    /// <summary>The output.</summary>
    internal static readonly OutputKind Kind =
        OutputKind.Of<FileOutputSettings>(Spec, (settings, context) => new MadeOutput(new FileOutput(settings, context.Health)));
}
