namespace EdgeAgent.Fleet.Gates;

/// <summary>A look at one output.</summary>
/// <param name="Connected">Whether the last thing heard was good; null before anything was.</param>
/// <param name="Backlog">Records that wait.</param>
public readonly record struct GateOutput(bool? Connected, long Backlog)
{
    /// <summary>Whether it is well: it hears good things, or has nothing to say.</summary>
    public bool IsWell => Connected ?? Backlog == 0;
}
