using System.Text;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Commands;
using EdgeAgent.Core.Settings;
using EdgeAgent.Sources.Commands;
using EdgeAgent.Sources.Serial;
using EdgeAgent.Status;
using EdgeAgent.Tests.Mqtt.Client;
using Xunit;

namespace EdgeAgent.Tests.Sources.Commands;

/// <summary>Bytes between the link and a scripted broker.</summary>
public sealed class CommandLinkTests
{
    static readonly CommandRules Rules = new() { Writes = [new LineWriteSettings { Name = "zero", Bytes = [1] }] };

    static CommandsSettings Settings(int port) => new()
    {
        Broker = new BrokerSettings { Host = "127.0.0.1", Port = port },
        Topic = "c",
        Answers = "a",
        Rules = Rules,
    };

    static byte[] Publish(int id, byte flags, string properties, string payload)
    {
        var body = new List<byte> { 0, 1, (byte)'c' };
        if ((flags & 6) != 0) body.AddRange([0, (byte)id]);
        var encoded = Hex.Bytes(properties);
        body.Add((byte)encoded.Length);
        body.AddRange(encoded);
        body.AddRange(Encoding.ASCII.GetBytes(payload));
        return [(byte)(0x30 | flags), (byte)body.Count, .. body];
    }

    static string Text(byte[] packet) => Encoding.Latin1.GetString(packet);

    [Fact]
    public void A_link_that_waits_says_when_it_tries_again()
    {
        var clock = new SystemClock(alwaysTrusted: true);
        using var waits = new ManualResetEventSlim();
        var link = new CommandLink(Settings(1), "gw",
            new CommandInbox("s", Rules, clock, new LogLines(clock).Limiter), clock, new LogLines(clock).Limiter)
        {
            RetryAfter = () =>
            {
                waits.Set();
                return TimeSpan.FromMinutes(1);
            },
        };
        link.Start();
        Assert.True(waits.Wait(10_000));
        var status = "";
        Assert.True(SpinWait.SpinUntil(() => (status = Status(link)).Contains("next_try_s", StringComparison.Ordinal), 5000), status);
        using (var json = System.Text.Json.JsonDocument.Parse(status))
            Assert.InRange(json.RootElement.GetProperty("commands").GetProperty("next_try_s").GetDouble(), 30, 60);
        link.Dispose();
    }

    static string Status(CommandLink link)
    {
        using var to = new MemoryStream();
        using (var json = new System.Text.Json.Utf8JsonWriter(to))
            StatusJson.Write(json, new StatusFields { { "commands", link.Status() } });
        return Encoding.UTF8.GetString(to.ToArray());
    }

    [Fact]
    public void Subscribes_without_retained_and_acknowledges_in_order_after_the_answers()
    {
        var clock = new SystemClock(alwaysTrusted: true);
        var log = new LogLines(clock);
        CommandInbox inbox = null!;
        using var twoWait = new CountdownEvent(2);
        using var broker = new FakeBroker(peer =>
        {
            peer.Accept();
            peer.Expect("82 07 00 01 00 00 01 63 2d");
            peer.Send("90 04 00 01 00 01");

            // QoS 1 with correlation data "x" and a response topic below ours, QoS 1 with one elsewhere, retained, QoS 0.
            peer.Send(Publish(5, 2, "09 00 01 78 08 00 03 61 2f 62", """{"write":"zero"}"""));
            peer.Send(Publish(6, 2, "08 00 05 6f 74 68 65 72", """{"id":"i","write":"zero"}"""));
            peer.Send(Publish(7, 3, "", """{"id":"r","write":"zero"}"""));
            var refused = Text(peer.ReadPacket());
            Assert.Contains("\"id\":\"r\"", refused, StringComparison.Ordinal);
            Assert.Contains("\"refused\"", refused, StringComparison.Ordinal);

            // Taken in order, finished the other way round.
            Assert.True(twoWait.Wait(30_000));
            var first = inbox.TryTake()!;
            var second = inbox.TryTake()!;
            inbox.Finish(second, CommandAnswer.To(second, CommandResult.Sent));
            var answer = Text(peer.ReadPacket());
            Assert.Contains("\u0001a\u0000", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("other", answer, StringComparison.Ordinal);
            inbox.Finish(first, CommandAnswer.To(first, CommandResult.Sent));
            answer = Text(peer.ReadPacket());
            Assert.Contains("\u0003a/b", answer, StringComparison.Ordinal);
            Assert.Contains("\u0009\u0000\u0001x", answer, StringComparison.Ordinal);
            peer.Expect("40 02 00 05");
            peer.Expect("40 02 00 06");
            peer.Expect("40 02 00 07");
            peer.Send(Publish(0, 0, "", "nonsense"));
            Assert.Contains("not one JSON object", Text(peer.ReadPacket()), StringComparison.Ordinal);
            peer.ExpectEnd("e0 00");
        });
        inbox = new CommandInbox("s", Rules, clock, log.Limiter) { Wake = () => twoWait.Signal() };
        using var link = new CommandLink(Settings(broker.Port), "gw", inbox, clock, log.Limiter);
        inbox.Open();
        link.Start();
        Assert.True(SpinWait.SpinUntil(() => log.All.Any(l => l.Contains("not one JSON", StringComparison.Ordinal)), 30_000));
    }

    [Fact]
    public void An_answer_that_is_too_long_for_the_broker_keeps_no_place_in_its_window()
    {
        var clock = new SystemClock(alwaysTrusted: true);
        var log = new LogLines(clock);
        using var answered = new ManualResetEventSlim();
        using var broker = new FakeBroker(peer =>
        {
            // Receive Maximum 1, Maximum Packet Size 200.
            peer.Accept("20 0b 00 00 08 21 00 01 27 00 00 00 c8");
            peer.ReadPacket();
            peer.Send("90 04 00 01 00 01");
            // Its answer carries 100 bytes of correlation data and does not fit; the next one does, and leaves at QoS 1 as there is room.
            peer.Send(Publish(0, 0, "09 00 64" + string.Concat(Enumerable.Repeat(" 78", 100)), "nonsense"));
            peer.Send(Publish(0, 0, "", "nonsense"));
            Assert.Equal(0x32, peer.ReadPacket()[0]);
            answered.Set();
            peer.ExpectEnd("e0 00");
        });
        var inbox = new CommandInbox("s", Rules, clock, log.Limiter);
        using var link = new CommandLink(Settings(broker.Port), "gw", inbox, clock, log.Limiter);
        inbox.Open();
        link.Start();
        Assert.True(SpinWait.SpinUntil(() => log.All.Count(l => l.Contains("not one JSON", StringComparison.Ordinal)) > 0, 30_000));
        Assert.True(answered.Wait(30_000));
    }

    [Fact]
    public void A_refused_subscription_is_told_and_tried_again()
    {
        var clock = new SystemClock(alwaysTrusted: true);
        var log = new LogLines(clock);
        using var broker = new FakeBroker(peer =>
        {
            peer.Accept();
            peer.ReadPacket();
            peer.Send("90 04 00 01 00 87");
            peer.ExpectEnd("e0 00");
        });
        var inbox = new CommandInbox("s", Rules, clock, log.Limiter);
        using var link = new CommandLink(Settings(broker.Port), "gw", inbox, clock, log.Limiter)
        {
            RetryAfter = () => TimeSpan.FromHours(1),
        };
        link.Start();
        Assert.True(
            SpinWait.SpinUntil(() => log.All.Any(l => l.Contains("refuses the subscription to c", StringComparison.Ordinal)), 30_000));
    }
}
