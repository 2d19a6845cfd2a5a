using EdgeAgent.Scenarios.Harness;

namespace EdgeAgent.Soak;

/// <summary>A kind of fault, as a file of its own in <c>Scenarios/</c> and a line in <see cref="Registry"/>.</summary>
interface IScenario
{
    /// <summary>One word.</summary>
    string Name { get; }

    /// <summary>What differs between runs.</summary>
    IReadOnlyList<Dimension> Dimensions { get; }

    /// <summary>Whether two values cannot be in one cell.</summary>
    bool Excludes((string Name, string Value) one, (string Name, string Value) other);

    /// <summary>Runs a cell; everything that is random in it comes from the seed.
    /// <paramref name="scale"/> below 1 makes it smaller.</summary>
    Outcome Run(Cell cell, int seed, double scale, Workspace workspace);

    /// <summary>What a row of the table is about: runs of equal keys share a row.</summary>
    TableKey Key(Cell cell);
}
