namespace EdgeAgent.Core.Stages;

/// <summary>One stage of a pipeline; one of the sealed kinds.</summary>
public abstract record StageSettings
{
    /// <summary>Name of the stage inside its pipeline: the key it was written under, plus <c>-2</c>, <c>-3</c> … when repeated.</summary>
    public required string Name { get; init; }

    /// <summary>All settings that change what the stage computes, as unambiguous text; part of the fingerprint.</summary>
    public abstract string Describe();

    /// <summary>Whether the stage makes something of summaries with missing fields, so that rows which lack some are worth
    /// telling.</summary>
    public virtual bool TakesIncomplete => false;
}
