using EdgeAgent.Core.Specs;

namespace EdgeAgent.Outputs.Terminal;

/// <summary>A <c>type: console</c> output.</summary>
public static class ConsoleOutputSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "console",
        Kind = ComponentKind.Output,
        Doc = "Payloads to standard output, a line each; for trying things out.",
        Example = "screen: { type: console }",
        Build = v => new ConsoleOutputSettings { Name = v.Name },
    };

    /// <summary>The output.</summary>
    internal static readonly OutputKind Kind = OutputKind.Of<ConsoleOutputSettings>(Spec,
        (_, context) => new MadeOutput(new ConsoleOutput(Console.OpenStandardOutput(), context.Health)));
}
