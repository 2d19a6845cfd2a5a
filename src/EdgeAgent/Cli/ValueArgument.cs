using System.CommandLine;

namespace EdgeAgent.Cli;

/// <summary>An argument that <see cref="Take"/> reads.</summary>
sealed class ValueArgument<T>(string name, string expected) : Argument<T>(name), IExpecting
{
    /// <inheritdoc/>
    public string Expected => expected;
}
