using EdgeAgent.Learning.Inference;
using EdgeAgent.Learning.Trials;
using EdgeAgent.Learning.Writing;

namespace EdgeAgent.Learning;

/// <summary>From what was heard to a configuration that has been tried on it.</summary>
static class Learner
{
    /// <summary>The configuration as YAML; null when nothing that was heard can be read.</summary>
    /// <param name="topics">What was heard.</param>
    /// <param name="head">What it says besides.</param>
    /// <param name="proposal">What was inferred; of its subscriptions each gives readings.</param>
    public static string? Propose(IReadOnlyCollection<SurveyedTopic> topics, ProposalHead head, out Proposal proposal)
    {
        proposal = Inferring.Propose(topics);
        while (proposal.Subscriptions.Count > 0)
        {
            var yaml = ProposalYaml.Of(proposal, head, []);
            var results = Trial.Run(yaml, proposal);
            var isRefused = results.Any(result => result.IsRefused);
            if (!isRefused && results.All(result => result.Readings > 0))
                return ProposalYaml.Of(proposal, head, [.. results.Select(result => result.Text)]);

            // Too much for one file is no fault of one subscription.
            if (isRefused && results.All(result => result.IsRefused) && results.Count > 1)
                results = [.. results.Select((result, i) => result with { IsRefused = i >= results.Count / 2 })];

            // What the agent would not read is listed and not proposed.
            var (good, unread) = (new List<ProposedSubscription>(), proposal.Unread.ToList());
            for (var i = 0; i < results.Count; i++)
            {
                var subscription = proposal.Subscriptions[i];
                if (isRefused ? !results[i].IsRefused : results[i].Readings > 0) good.Add(subscription);
                else unread.Add(new Unread(subscription.Topics, (results[i].Failure ?? "no sample gives a reading").TrimEnd('.')));
            }

            proposal = new(good, unread);
        }

        return null;
    }
}
