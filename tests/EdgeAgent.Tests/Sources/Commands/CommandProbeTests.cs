using System.Text;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Commands;
using EdgeAgent.Core.Settings;
using EdgeAgent.Probes;
using EdgeAgent.Sources.Commands;
using EdgeAgent.Sources.Serial;
using EdgeAgent.Tests.Mqtt.Client;
using Xunit;

namespace EdgeAgent.Tests.Sources.Commands;

/// <summary>What <c>check --connect</c> says of a source's commands, against a scripted broker.</summary>
public sealed class CommandProbeTests
{
    static readonly ProbeContext s_context = new("gw", new SystemClock());

    static CommandsSettings Settings(int port, int version = 5) => new()
    {
        Broker = new BrokerSettings { Host = "127.0.0.1", Port = port, ProtocolVersion = version },
        Topic = "c",
        Answers = "a",
        Rules = new CommandRules { Writes = [new LineWriteSettings { Name = "zero", Bytes = [1] }] },
    };

    [Theory]
    [InlineData("01", "00", "c granted", true, "answers may be published to a; one that says it is a check was", true)]
    [InlineData("01", "10", "c granted", true, "answers may be published to a; one that says it is a check was", true)]
    [InlineData("87", "00", "c refused: ", false, "answers may be published to a; one that says it is a check was", true)]
    [InlineData("01", "87", "c granted", true, "answers to a refused: ", false)]
    public void A_broker_of_5_0_says_whether_commands_and_answers_are_allowed(string granted, string published, string first,
        bool isGranted, string second, bool isPublished)
    {
        using var broker = new FakeBroker(peer =>
        {
            peer.Accept();
            peer.Expect("82 07 00 01 00 00 01 63 2d");
            peer.Send($"90 04 00 01 00 {granted}");
            var answer = Encoding.Latin1.GetString(peer.ReadPacket());
            Assert.Contains("\"id\":\"edge-agent-check\"", answer, StringComparison.Ordinal);
            Assert.Contains("\"result\":\"refused\"", answer, StringComparison.Ordinal);
            peer.Send($"40 04 00 02 {published} 00");
            peer.ExpectEnd("e0 00");
        });
        var lines = CommandProbe.Run(Settings(broker.Port), "s", s_context);
        Assert.Equal([true, isGranted, isPublished], lines.Select(l => l.IsGood));
        Assert.Equal($"connected to 127.0.0.1:{broker.Port}", lines[0].Text);
        Assert.StartsWith(first, lines[1].Text, StringComparison.Ordinal);
        Assert.StartsWith(second, lines[2].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void With_3_1_1_nothing_is_published_and_it_says_that_it_cannot_know()
    {
        using var broker = new FakeBroker(peer =>
        {
            peer.ReadPacket();
            peer.Send("20 02 00 00");
            peer.Expect("82 06 00 01 00 01 63 01");
            peer.Send("90 03 00 01 01");
            peer.ExpectEnd("e0 00");
        });
        var lines = CommandProbe.Run(Settings(broker.Port, version: 4), "s", s_context);
        Assert.All(lines, l => Assert.True(l.IsGood));
        Assert.Contains("cannot be known with MQTT 3.1.1", lines[2].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_broker_that_is_what_it_says()
    {
        int port;
        using (var broker = new FakeBroker(_ => { }))
        {
            port = broker.Port;
            using var _ = new System.Net.Sockets.TcpClient("127.0.0.1", port);
        }

        var line = Assert.Single(CommandProbe.Run(Settings(port), "s", s_context));
        Assert.False(line.IsGood);
        Assert.Contains("Nothing listens", line.Text, StringComparison.Ordinal);
    }
}
