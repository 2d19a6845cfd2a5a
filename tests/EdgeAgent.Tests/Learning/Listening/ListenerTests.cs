using EdgeAgent.Clocks;
using EdgeAgent.Learning.Inference;
using EdgeAgent.Learning.Listening;
using EdgeAgent.Tests.Mqtt.Client;
using Xunit;

namespace EdgeAgent.Tests.Learning.Listening;

/// <summary>Listening against scripted brokers: what comes, a refusal, an old protocol, an end before the time.</summary>
public sealed class ListenerTests
{
    static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    readonly Survey _survey = new();
    readonly CancellationTokenSource _stop = new();

    [Fact]
    public void Takes_what_comes_at_qos_0_and_acknowledges_nothing()
    {
        using var broker = new FakeBroker(peer =>
        {
            peer.ReadPacket();
            peer.Send("20 03 00 00 00");
            peer.Expect("82 07 00 01 00 00 01 '#' 00");
            peer.Send("90 04 00 01 00 00  30 0A 00 03 't/a' 00 '21.5'  31 0A 00 03 't/b' 00 '22.5'");
            Until(() => _survey.Messages == 2);
            _stop.Cancel();
            peer.ExpectEnd("E0 00");
        });
        var heard = Run(broker.Port);
        Assert.Null(heard.Failure);
        Assert.Equal(["t/a", "t/b"], _survey.Topics.Select(t => t.Name));
        Assert.Equal([1, 0], _survey.Topics.Select(t => t.Live));
    }

    [Fact]
    public void A_refused_login_is_said_in_the_brokers_words()
    {
        using var broker = new FakeBroker(peer =>
        {
            peer.ReadPacket();
            peer.Send("20 03 00 87 00");
            peer.ReadToEnd();
        });
        var heard = Run(broker.Port);
        Assert.Contains("refused", heard.Failure, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.Zero, heard.Lasted);
    }

    [Fact]
    public void A_refused_subscription_ends_it_and_is_said()
    {
        using var broker = new FakeBroker(peer =>
        {
            peer.ReadPacket();
            peer.Send("20 03 00 00 00");
            peer.ReadPacket();
            peer.Send("90 04 00 01 00 87");
            peer.ReadToEnd();
        });
        var heard = Run(broker.Port);
        Assert.Contains("#: ", Assert.Single(heard.Refused), StringComparison.Ordinal);
        Assert.Contains("The broker refused the subscription", heard.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void No_broker_at_all_ends_it_at_once()
    {
        int port;
        using (var broker = new FakeBroker(peer => peer.ReadPacket()))
        {
            port = broker.Port;
            using var once = new System.Net.Sockets.TcpClient("127.0.0.1", port);
            once.GetStream().Write([0xC0, 0]);
        }

        Assert.NotNull(Run(port).Failure);
    }

    Heard Run(int port) => new Listener(Listener.Options(new() { Host = "127.0.0.1", Port = port }), ["#"], _survey, new SystemClock())
        .Run(Long, _stop.Token, _ => { });

    static void Until(Func<bool> isSo)
    {
        for (var i = 0; i < 3000 && !isSo(); i++) Thread.Sleep(10);
    }
}
