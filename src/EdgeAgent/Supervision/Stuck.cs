namespace EdgeAgent.Supervision;

/// <summary>A thread that has not passed a wait point for too long.</summary>
/// <param name="Name">Whose loop.</param>
/// <param name="Step">What it does since the last.</param>
/// <param name="For">For how long.</param>
/// <param name="InKernel">What the kernel says of it; empty when it does not.</param>
sealed record Stuck(string Name, Step Step, TimeSpan For, string InKernel)
{
    /// <summary>A sentence without its end.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Name} {Steps.Words(Step)} for {For.TotalSeconds:0} s now")
            + (InKernel.Length == 0 ? "" : $" (its thread: {InKernel})");
}
