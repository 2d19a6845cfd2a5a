using System.Text;
using EdgeAgent.Core.Commands;
using EdgeAgent.Core.Readings;
using EdgeAgent.Sources.Serial;
using Xunit;

namespace EdgeAgent.Tests.Commands;

/// <summary>What is carried out, and what is refused with which words.</summary>
public sealed class CommandDeskTests
{
    const long Second = 1_000_000_000;
    static readonly Instant Start = Instant.Of(1_767_225_600 * Second, 50 * Second);

    static readonly CommandRules Rules = new()
    {
        PerMinute = 5,
        Writes =
        [
            new LineWriteSettings { Name = "rate", Text = "R {value}", Min = 1, Max = 10 },
            new LineWriteSettings { Name = "zero", Bytes = [1] },
        ],
    };

    readonly CommandDesk _desk = new(Rules, Start);

    static Instant At(double seconds) => Instant.Of(Start.WallNs + (long)(seconds * Second), Start.MonotonicNs + (long)(seconds * Second));

    CommandVerdict Judge(string payload, double seconds = 1, string correlation = "", bool retained = false) =>
        _desk.Judge(Encoding.UTF8.GetBytes(payload), Encoding.UTF8.GetBytes(correlation), retained, At(seconds));

    [Fact]
    public void A_sound_command_is_carried_out_once_and_its_repeats_get_its_answer()
    {
        var command = Judge("""{"id":"a","write":"rate","value":2.5}""").Command!;
        Assert.Equal(("a", "rate", 2.5), (command.Id, command.Name, command.Value));
        Assert.Equal(default, Judge("""{"id":"a","write":"rate","value":2.5}"""));
        var answer = CommandAnswer.To(command, CommandResult.Unknown, "lost");
        _desk.Finish(command, answer);
        Assert.Equal(new(null, answer), Judge("""{"value":25e-1,"write":"rate","id":"a"}""", seconds: 500));
        Assert.Contains("used for another", Judge("""{"id":"a","write":"rate","value":3}""").Answer!.Error, StringComparison.Ordinal);
        Assert.Contains("used for another", Judge("""{"id":"a","write":"zero"}""").Answer!.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_wrote_nothing_may_come_again_under_its_id()
    {
        var first = Judge("""{"id":1,"write":"zero"}""").Command!;
        _desk.Finish(first, CommandAnswer.To(first, CommandResult.Refused, "closed"));
        var second = Judge("""{"id":"1","write":"zero"}""").Command!;
        _desk.Finish(second, CommandAnswer.To(second, CommandResult.Sent));
        Assert.Equal(CommandResult.Sent, Judge("""{"id":1,"write":"zero"}""").Answer!.Result);
    }

    [Fact]
    public void Correlation_data_stands_for_an_id()
    {
        var command = Judge("""{"write":"zero"}""", correlation: "x1").Command!;
        Assert.Null(command.Id);
        Assert.Null(Judge("""{"write":"zero"}""", correlation: "x1").Command);
        Assert.NotNull(Judge("""{"write":"zero"}""", correlation: "x2").Command);
    }

    [Theory]
    [InlineData("""{"id":"a","write":"rate","value":10.5}""", "10.5 is above the maximum 10")]
    [InlineData("""{"id":"a","write":"rate","value":-1}""", "-1 is below the minimum 1")]
    [InlineData("""{"id":"a","write":"rate"}""", "no `value`")]
    [InlineData("""{"id":"a","write":"zero","value":1}""", "takes no value")]
    [InlineData("""{"id":"a","write":"Rate","value":2}""", "no write of this name")]
    [InlineData("""{"write":"rate","value":2}""", "neither an `id` nor correlation data")]
    [InlineData("""{"id":"a","write":"rate","vaule":2}""", "key other than")]
    [InlineData("""{"id":"a","write":"rate","value":2,"value":3}""", "a key twice")]
    [InlineData("""{"id":"a b","write":"zero"}""", "`id` is not")]
    [InlineData("""{"id":"","write":"zero"}""", "`id` is not")]
    [InlineData("""{"id":{"x":1},"write":"zero"}""", "`id` is not")]
    [InlineData("""{"id":"a","write":7}""", "`write` is not a text")]
    [InlineData("""{"id":"a","write":"rate","value":"2"}""", "`value` is not a number")]
    [InlineData("""{"id":"a","write":"rate","value":1e999}""", "`value` is not a number")]
    [InlineData("""{"id":"a","write":"zero","time":"today"}""", "`time` is neither")]
    [InlineData("""{"id":"a"}""", "no `write`")]
    [InlineData("""[1]""", "not one JSON object")]
    [InlineData("""{"id":"a","write":"zero"} {}""", "not one JSON object")]
    [InlineData("""{"id":"a","write":"zero\ud800"}""", "not one JSON object")]
    [InlineData("", "not one JSON object")]
    public void What_is_not_sound_or_not_allowed_is_refused_in_words(string payload, string words)
    {
        var verdict = Judge(payload);
        Assert.Null(verdict.Command);
        Assert.Equal(CommandResult.Refused, verdict.Answer!.Result);
        Assert.Contains(words, verdict.Answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_retained_or_overlong_command_is_refused()
    {
        Assert.Contains("retained", Judge("""{"id":"a","write":"zero"}""", retained: true).Answer!.Error, StringComparison.Ordinal);
        Assert.Contains("longer than", Judge($$"""{"id":"a","write":"zero"{{new string(' ', 3000)}}}""").Answer!.Error,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, 95, null)]
    [InlineData(100, 109, null)]
    [InlineData(100, 89, "11 s old")]
    [InlineData(100, 111, "11 s ahead")]
    [InlineData(5, -1, "before the agent's start")]
    public void A_time_in_the_command_bounds_its_age(double nowSeconds, double commandSeconds, string? words)
    {
        var ms = (Start.WallNs + (long)(commandSeconds * Second)) / 1_000_000;
        foreach (var time in new[] { $"{ms}", $"\"{DateTimeOffset.FromUnixTimeMilliseconds(ms):yyyy-MM-ddTHH:mm:sszzz}\"" })
        {
            var verdict = Judge($$"""{"id":{{time.Length}},"write":"zero","time":{{time}}}""", nowSeconds);
            if (words is null) Assert.NotNull(verdict.Command);
            else Assert.Contains(words, verdict.Answer!.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Without_a_trusted_clock_a_time_cannot_be_judged()
    {
        var now = At(1) with { WallTrusted = false };
        Assert.Contains("not synchronised", _desk.Judge("""{"id":"a","write":"zero","time":0}"""u8, [], false, now).Answer!.Error,
            StringComparison.Ordinal);
        Assert.NotNull(_desk.Judge("""{"id":"a","write":"zero"}"""u8, [], false, now).Command);
    }

    [Fact]
    public void The_rate_is_bounded_and_comes_back_with_time()
    {
        for (var i = 0; i < 5; i++) Assert.NotNull(Judge($$"""{"id":{{i}},"write":"zero"}""").Command);
        Assert.Contains("more than 5 commands", Judge("""{"id":5,"write":"zero"}""").Answer!.Error, StringComparison.Ordinal);
        Assert.NotNull(Judge("""{"id":5,"write":"zero"}""", seconds: 13.1).Command);
        Assert.Null(Judge("""{"id":6,"write":"zero"}""", seconds: 13.2).Command);
    }

    [Fact]
    public void An_answer_is_one_flat_object()
    {
        var command = Judge("""{"id":"a","write":"rate","value":2.5}""").Command!;
        var answer = CommandAnswer.To(command, CommandResult.Failed, "it says \"no\"") with { Written = 2.5, ReadBack = 3 };
        Assert.Equal(
            """{"id":"a","write":"rate","result":"failed","value":2.5,"written":2.5,"read_back":3,"error":"it says \u0022no\u0022","time":"2026-01-01T00:00:01.000Z"}""",
            Encoding.UTF8.GetString(answer.ToJson(At(1).Wall)));
    }

    [Fact]
    public void Any_bytes_give_a_verdict_and_no_exception()
    {
        var random = new Random(4);
        var sound = Encoding.UTF8.GetBytes("""{"id":"c-17","write":"rate","value":42.5,"time":"2026-01-01T00:00:00Z"}""");
        for (var i = 0; i < 100_000; i++)
        {
            var bytes = sound.ToArray();
            for (var k = random.Next(1, 4); k > 0; k--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var verdict = _desk.Judge(bytes.AsSpan(0, random.Next(bytes.Length + 1)), [], false, At(1));
            if (verdict.Answer is { } answer) Assert.NotEmpty(answer.ToJson(default));
        }
    }
}
