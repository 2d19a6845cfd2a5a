namespace EdgeAgent.Core.Specs;

/// <summary>Whether a finding refuses a configuration.</summary>
public enum Severity
{
    /// <summary>The configuration is refused.</summary>
    Error,

    /// <summary>The configuration is taken; a person should look.</summary>
    Warning,
}
