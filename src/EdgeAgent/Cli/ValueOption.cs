using System.CommandLine;

namespace EdgeAgent.Cli;

/// <summary>An option with a value that <see cref="Take"/> reads.</summary>
sealed class ValueOption<T>(string name, string expected) : Option<T>(name), IExpecting
{
    /// <inheritdoc/>
    public string Expected => expected;
}
