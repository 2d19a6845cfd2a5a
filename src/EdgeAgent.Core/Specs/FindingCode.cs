namespace EdgeAgent.Core.Specs;

/// <summary>A kind of finding. Ids are stable: one is never given another meaning.</summary>
/// <param name="Id"><c>EA1nnn</c> for an error, <c>EA2nnn</c> for a warning.</param>
/// <param name="Title">A few words.</param>
/// <param name="Doc">When it comes and what to do; for the reference page.</param>
public sealed record FindingCode(string Id, string Title, string Doc)
{
    /// <summary>Whether findings of this kind refuse a configuration; told by the id.</summary>
    public Severity Severity => Id[2] == '2' ? Severity.Warning : Severity.Error;
}
