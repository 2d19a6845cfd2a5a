using EdgeAgent.Network;
using EdgeAgent.Probes;
using EdgeAgent.Supervision;

namespace EdgeAgent.Outputs.Webhook;

/// <summary>Tries an output for <c>check --connect</c>: server reached, its certificate good. Posts nothing.</summary>
static class WebhookProbe
{
    /// <summary>The findings, good ones included.</summary>
    public static IReadOnlyList<ProbeLine> Run(WebhookOutputSettings settings)
    {
        using var connection = new WebhookConnection(settings, new Progress("probe"), new LinkBytes());
        var failure = connection.Connect(ProbeLine.AnswerWithin, CancellationToken.None);
        return [failure is null ? ProbeLine.Good($"reached {connection.Where}; nothing was posted") : ProbeLine.Failed(failure)];
    }
}
