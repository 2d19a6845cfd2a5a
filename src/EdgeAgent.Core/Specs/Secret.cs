namespace EdgeAgent.Core.Specs;

/// <summary>A secret value; its text never shows in logs, errors or <c>ToString</c>.</summary>
public sealed class Secret(string value)
{
    /// <summary>The secret itself. For handing to a protocol only.</summary>
    public string Reveal() => value;

    /// <inheritdoc/>
    public override string ToString() => "***";
}
