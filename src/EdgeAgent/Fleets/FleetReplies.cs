using EdgeAgent.Clocks;
using EdgeAgent.Core.Readings;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;
using EdgeAgent.Fleets.Keeping;
using EdgeAgent.Fleets.Link;

namespace EdgeAgent.Fleets;

/// <summary>Answers a manager's questions, signed with the gateway's key. The fleet's thread.</summary>
/// <remarks>Nobody signs a question, so whoever may publish there could spend a gateway's data plan: ten are answered at once, then one in
/// five minutes; at most <see cref="SizeLimits.Answer"/> each. The others are counted and left.</remarks>
sealed class FleetReplies(FleetIdentity identity, FleetFolder folder, FleetInbox inbox, IClock clock, IFleetLink? link)
{
    const int AtOnce = 10;
    static readonly TimeSpan s_another = TimeSpan.FromMinutes(5);

    int _left = AtOnce;
    MonotonicTime? _spentAt;

    /// <summary>Questions that were not answered because too many came.</summary>
    public long NotAnswered { get; private set; }

    /// <summary>Answers, unless too many were.</summary>
    /// <param name="question">The question.</param>
    /// <param name="text">The answer in a sentence; empty where the lines are all of it.</param>
    /// <param name="lines">Lines of the log, the oldest first; asked for only when they are sent.</param>
    public void Send(Question question, string text, Func<IReadOnlyList<string>>? lines = null)
    {
        if (link is null || !MayAnswer()) return;
        var answer = new Answer
        {
            Id = identity.Id,
            Time = inbox.Clock.Now,
            What = question.What,
            Tag = question.Tag,
            Text = text,
            Lines = lines?.Invoke() ?? [],
        };
        link.Publish(identity.Topics.Answer(identity.Id),
            Envelope.Sign(PayloadTypes.Answer, answer.ToPayload(), folder.Key).ToBytes(), isRetained: false, () => { });
    }

    bool MayAnswer()
    {
        var now = clock.Monotonic;
        for (; _left < AtOnce && _spentAt is { } spent && now - spent >= s_another; _left++)
            _spentAt = _left + 1 == AtOnce ? null : spent + s_another;
        if (_left == 0)
        {
            NotAnswered++;
            return false;
        }

        _spentAt ??= now;
        _left--;
        return true;
    }
}
