using System.Text;
using System.Text.Json;
using EdgeAgent.Core.Commands;
using EdgeAgent.Sources.Commands;
using EdgeAgent.Sources.Serial;
using EdgeAgent.Status;
using Xunit;

namespace EdgeAgent.Tests.Sources.Commands;

/// <summary>Every message is finished exactly once, whatever becomes of the bus.</summary>
public sealed class CommandInboxTests
{
    readonly FakeClock _clock = new();
    readonly List<CommandAnswer?> _answers = [];
    readonly CommandInbox _inbox;
    int _wakes;

    public CommandInboxTests()
    {
        var rules = new CommandRules { Writes = [new LineWriteSettings { Name = "zero", Bytes = [1] }] };
        _inbox = new CommandInbox("s", rules, _clock, new LogLines().Limiter)
        {
            Finished = (_, answer) => _answers.Add(answer),
            Wake = () => _wakes++,
        };
    }

    void Receive(int id) =>
        _inbox.Receive(Encoding.UTF8.GetBytes($$"""{"id":{{id}},"write":"zero"}"""), false, new CommandRoute(this, 0, [], "a"));

    [Fact]
    public void A_closed_wire_refuses_at_once_and_an_open_one_wakes_the_source()
    {
        Receive(1);
        Assert.Contains("not open", Assert.Single(_answers)!.Error, StringComparison.Ordinal);
        _inbox.Open();
        Receive(1);
        Assert.Equal((1, 1), (_answers.Count, _wakes));
        var command = _inbox.TryTake()!;
        _inbox.Finish(command, CommandAnswer.To(command, CommandResult.Sent));
        _inbox.Finish(command, CommandAnswer.To(command, CommandResult.Failed));
        Assert.Equal(CommandResult.Sent, _answers[1]!.Result);
        Assert.Equal(2, _answers.Count);
    }

    [Fact]
    public void One_that_waited_too_long_is_refused_and_never_carried_out()
    {
        _inbox.Open();
        Receive(1);
        _clock.Pass(9);
        Receive(2);
        _inbox.Expire();
        Assert.Empty(_answers);
        _clock.Pass(2);
        Assert.Equal("2", _inbox.TryTake()!.Id);
        Assert.Contains("no time for it", Assert.Single(_answers)!.Error, StringComparison.Ordinal);
        Assert.Null(_inbox.TryTake());
    }

    [Fact]
    public void A_full_queue_and_a_closing_wire_refuse_what_waits_but_not_what_is_under_way()
    {
        _inbox.Open();
        Receive(0);
        var taken = _inbox.TryTake()!;
        for (var id = 1; id <= CommandInbox.MostWaiting + 1; id++) Receive(id);
        Assert.Contains("already wait", Assert.Single(_answers)!.Error, StringComparison.Ordinal);
        _inbox.Close("gone");
        Assert.Equal(CommandInbox.MostWaiting + 1, _answers.Count);
        Assert.All(_answers, a => Assert.Equal(CommandResult.Refused, a!.Result));
        _inbox.Finish(taken, CommandAnswer.To(taken, CommandResult.Unknown));
        Assert.Equal(CommandResult.Unknown, _answers[^1]!.Result);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
            StatusJson.Write(json, _inbox.Status());
        Assert.Equal("""{"received":18,"refused":17,"done":0,"sent":0,"failed":0,"unknown":1,"waiting":0}""",
            Encoding.UTF8.GetString(buffer.ToArray()));
    }
}
