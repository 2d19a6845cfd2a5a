namespace EdgeAgent.Cli;

/// <summary>An option or argument that can say what it takes, for whoever gave it something else.</summary>
interface IExpecting
{
    /// <summary>What it takes, with an example: <c>a whole number from 1 to 247, such as 17</c>.</summary>
    string Expected { get; }
}
