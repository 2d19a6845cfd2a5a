namespace EdgeAgent.Core.Models;

/// <summary>How a run of a model ended.</summary>
public enum RunResult
{
    /// <summary>Outputs and states are there.</summary>
    Ok,

    /// <summary>The run was ended because it was past its budget.</summary>
    OverBudget,

    /// <summary>The model failed.</summary>
    Failed,
}
