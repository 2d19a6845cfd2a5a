using EdgeAgent.Cli;
using EdgeAgent.Configuration;
using EdgeAgent.Starting;
using Xunit;

namespace EdgeAgent.Tests.Starting;

/// <summary>A first configuration from answers: good without a finding, whatever is answered.</summary>
public sealed class FirstConfigTests
{
    static readonly FirstAnswers Usual = new("gw-1", "mqtt://127.0.0.1:1883", "sensors/{device}/{metric}", "console");

    public static TheoryData<string, string?, string?, string> Answers => new()
    {
        { "sensors/{device}/{metric}", null, null, "console" },
        { "sensors/{site}/{device}", "$.value", "$.ts", "kafka://kafka.example:9092/edge.summaries" },
        { "a/+/b/#", "$['a b'].c", null, "mqtt://127.0.0.1/summaries" },
        { "fixed", null, null, "mqtts://panel.example:8884/plant7/summaries" },
        { "yes/{room}", "$", "$.at", "console" },
    };

    [Theory, MemberData(nameof(Answers))]
    public void Checks_without_a_finding(string topic, string? value, string? time, string send)
    {
        var read = ConfigReader.Read(FirstConfig.Of(Usual with { Topic = topic, Value = value, Time = time, Send = send }), "/tmp/c.yaml");
        // That `+` and `#` hide which machine sends is true of a topic that was given so.
        Assert.Empty(read.Findings.Where(f => value != "$" && !(topic.Contains('+') && f.ToString().Contains("EA2305"))));
        Assert.True(read.IsGood || value == "$");
    }

    [Fact]
    public void Access_stands_in_it_as_references()
    {
        var text = FirstConfig.Of(Usual with { Username = "u${x}", Password = "${env:PATH}", CaFile = "/etc/ca.pem",
            Broker = "mqtts://b.example" });
        var read = ConfigReader.Read(text, "/tmp/c.yaml");
        Assert.True(read.IsGood, string.Join('\n', read.Findings));
    }

    [Theory]
    [InlineData("console", true)]
    [InlineData("kafka://k:9092/t", true)]
    [InlineData("kafka://k:9092", false)]
    [InlineData("http://x/y", false)]
    [InlineData("", false)]
    public void Places_to_send_to_are_told_from_others(string send, bool isGood) =>
        Assert.Equal(isGood, FirstConfig.WrongSend(send) is null);

    [Fact]
    public void Asks_until_the_answer_is_good_and_takes_the_proposal_for_an_empty_one()
    {
        using var said = new StringWriter();
        var asking = new Asking(new StringReader("nonsense\nmqtt://b\n\n"), said, isAsking: true);
        Assert.Equal("mqtt://b", asking.For(null, "Broker", "mqtt://x", text => BrokerUrl.TryRead(text, out _) ? null : "expected a URL"));
        Assert.Equal("number", asking.For(null, "Payload", "number", _ => null));
        Assert.Equal("given", asking.For("given", "Payload", "number", _ => null));
        Assert.Equal("end", asking.For(null, "Payload", "end", _ => "wrong"));
        Assert.Contains("Broker [mqtt://x]: ", said.ToString(), StringComparison.Ordinal);
        Assert.Contains("expected a URL.", said.ToString(), StringComparison.Ordinal);
    }
}
