using System.Globalization;
using System.Text;
using EdgeAgent.Configuration;
using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Specs;
using EdgeAgent.Learning.Inference;
using EdgeAgent.Sources.Mqtt;

namespace EdgeAgent.Learning.Trials;

/// <summary>Reads a proposed configuration as the agent would, and decodes what was heard with it.</summary>
static class Trial
{
    /// <summary>What came of each subscription.</summary>
    /// <param name="yaml">The configuration.</param>
    /// <param name="proposal">What it was written from.</param>
    public static IReadOnlyList<TrialResult> Run(string yaml, Proposal proposal)
    {
        var read = ConfigReader.Read(yaml, Path.GetFullPath("proposal.yaml"));
        if (read.Settings is not { } settings) return Refused(read, proposal);
        var results = new List<TrialResult>();
        var source = (MqttSourceSettings)settings.Sources[0];
        for (var i = 0; i < proposal.Subscriptions.Count; i++)
            results.Add(Decode(source.Subscriptions[i], settings.Agent, proposal.Subscriptions[i]));
        return results;
    }

    static TrialResult Decode(SubscriptionSettings subscription, AgentSettings agent, ProposedSubscription proposed)
    {
        var series = new SeriesTable(agent.MaxSeries, agent.MaxSeriesBytes, agent.MaxLabelBytes);
        var decoder = new MessageDecoder([subscription], series, 10_000);
        var batch = new ReadingBatch();
        var receiver = new Emptying();
        var (samples, good, readings) = (0, 0, 0L);
        foreach (var topic in proposed.Topics)
        {
            var name = Encoding.UTF8.GetBytes(topic.Name);
            foreach (var sample in topic.Samples)
            {
                if (sample.Payload.Length == 0) continue;
                var result = decoder.Decode(name, sample.Payload, sample.AtNs, batch, receiver);
                batch.Count = 0;
                samples++;
                readings += result.Readings;
                if (result.IsGood && result.Readings > 0) good++;
            }
        }

        BadSample? bad = null;
        foreach (var reason in Enum.GetValues<BadReason>()) bad ??= reason == BadReason.NotAsked ? null : decoder.TakeSample(reason);
        return new(samples, good, readings, bad?.Message);
    }

    /// <summary>Which subscriptions have findings; all of them when the findings are elsewhere.</summary>
    static List<TrialResult> Refused(ConfigResult read, Proposal proposal)
    {
        var errors = read.Findings.Where(f => f.Severity == Severity.Error).ToList();
        var byPlace = errors.ToLookup(finding => Place(finding.Path));
        var elsewhere = byPlace[-1].FirstOrDefault();
        return [.. proposal.Subscriptions.Select((_, i) => (byPlace[i].FirstOrDefault() ?? elsewhere) is { } finding
            ? new TrialResult(0, 0, 0, $"{finding.Path}: {finding.Message}") { IsRefused = true }
            : new TrialResult(0, 0, 0, null))];
    }

    /// <summary>The number in <c>…subscriptions[3]…</c>, or -1.</summary>
    static int Place(string path)
    {
        const string before = "subscriptions[";
        var start = path.IndexOf(before, StringComparison.Ordinal) + before.Length;
        var end = start < before.Length ? -1 : path.IndexOf(']', start);
        return end > 0 && int.TryParse(path.AsSpan(start, end - start), CultureInfo.InvariantCulture, out var number) ? number : -1;
    }

    sealed class Emptying : IBatchReceiver
    {
        public void Flush(ReadingBatch batch) => batch.Count = 0;
    }
}
