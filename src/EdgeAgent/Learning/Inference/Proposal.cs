namespace EdgeAgent.Learning.Inference;

/// <summary>What <see cref="Inferring"/> made of a survey.</summary>
/// <param name="Subscriptions">Disjoint subscriptions, those with most messages first.</param>
/// <param name="Unread">What they do not read.</param>
sealed record Proposal(IReadOnlyList<ProposedSubscription> Subscriptions, IReadOnlyList<Unread> Unread)
{
    /// <summary>The window, and why.</summary>
    public ProposedWindow Window => ProposedWindow.Of(Subscriptions);
}
