using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Gateway;
using EdgeAgent.Fleet.Messages;
using Xunit;

namespace EdgeAgent.Tests.Fleets;

/// <summary>Questions to a gateway over the link, and what it waits for before a trial.</summary>
public sealed class FleetAskTests
{
    [Fact]
    public void The_log_is_answered_within_its_bounds_the_oldest_lines_giving_way()
    {
        using var rig = new FleetRig();
        rig.Pass(1);
        rig.LogTail = [.. Enumerable.Range(0, 100).Select(i => $"{i} " + new string('x', 290))];
        Ask(rig, new Question { What = Question.Log, Lines = 5, Tag = "t1" });
        var answer = Assert.Single(rig.Link.Answers);
        Assert.Equal(("gw-a", Question.Log, "t1", 0), (answer.Id, answer.What, answer.Tag, answer.LeftOut));
        Assert.Equal(rig.LogTail.TakeLast(5), answer.Lines);

        Ask(rig, new Question { What = Question.Log, Lines = 100, Tag = "t2" });
        answer = rig.Link.Answers[^1];
        Assert.InRange(answer.Lines.Count, 30, 40);
        Assert.Equal(100, answer.Lines.Count + answer.LeftOut);
        Assert.Equal(rig.LogTail[^1], answer.Lines[^1]);
        Assert.True(rig.Link.LastAnswerBytes <= SizeLimits.Answer);
    }

    [Fact]
    public void Asking_for_the_log_adds_no_line_to_it()
    {
        using var rig = new FleetRig();
        rig.Pass(1);
        var before = rig.Log.All.Count;
        for (var i = 0; i < 20; i++) Ask(rig, new Question { What = Question.Log, Tag = $"t{i}" });
        Assert.Equal(before, rig.Log.All.Count);
    }

    [Fact]
    public void Ten_questions_are_answered_at_once_and_then_one_in_five_minutes()
    {
        using var rig = new FleetRig();
        rig.Pass(1);
        for (var i = 0; i < 15; i++) Ask(rig, new Question { What = Question.Log, Tag = $"t{i}" });
        Assert.Equal(10, rig.Link.Answers.Count);
        rig.Clock.Pass(2 * 300);
        for (var i = 0; i < 5; i++) Ask(rig, new Question { What = Question.Log, Tag = $"u{i}" });
        Assert.Equal(12, rig.Link.Answers.Count);
    }

    [Fact]
    public void A_retry_and_a_question_that_is_not_known_are_answered_and_a_damaged_one_is_counted()
    {
        using var rig = new FleetRig();
        var document = FleetRig.Document(1);
        rig.HasFindings.Add(FleetRig.DigestOf(document));
        var digest = rig.Publish(1, document);
        rig.Pass(5);
        Assert.Single(rig.Record.Failed);
        rig.HasFindings.Clear();
        Ask(rig, new Question { What = Question.Retry, Document = digest, Tag = "a" });
        Assert.Equal("It may be tried again.", rig.Link.Answers[^1].Text);
        rig.Pass(40);
        Assert.Equal(digest, rig.Record.Running?.Digest);
        Ask(rig, new Question { What = "weather", Tag = "b" });
        Assert.Contains("does not know", rig.Link.Answers[^1].Text);
        rig.Link.Put(rig.Topics.Ask("gw-a"), "{"u8.ToArray());
        rig.Pass(1);
        Assert.Equal("malformed", rig.Agent.Inbox.Refused!.Reason);
    }

    [Fact]
    public void With_no_alert_a_document_waits_until_no_alert_is_open()
    {
        using var rig = new FleetRig();
        rig.Pass(12);
        rig.OpenAlerts = 2;
        var document = FleetRig.Document(1);
        var target = FleetRig.Target(1, document);
        rig.Link.Put(rig.Topics.Document(FleetRig.DigestOf(document)), rig.Kit.Signed(document));
        rig.Link.Put(rig.Topics.Target("press"),
            rig.Kit.Signed(target with { Candidate = target.Candidate! with { WaitsForAlerts = true } }));
        rig.Pass(60);
        Assert.Equal((FleetPhase.Waiting, "an alert is open"), (rig.Record.Phase, rig.Agent.WaitsFor));
        Assert.Equal(2, rig.Link.Last.Health.Alerts);
        rig.OpenAlerts = 0;
        rig.Pass(20);
        Assert.Equal(FleetRig.DigestOf(document), rig.Record.Running?.Digest);
    }

    static void Ask(FleetRig rig, Question question)
    {
        rig.Link.Put(rig.Topics.Ask("gw-a"), question.ToBytes());
        rig.Turn();
    }
}
