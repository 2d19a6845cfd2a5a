using System.Net;
using System.Net.Sockets;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Network;
using Xunit;
using static EdgeAgent.Tests.Mqtt.Client.ClientSetup;

namespace EdgeAgent.Tests.Mqtt.Client;

public sealed class ConnectTests
{
    const MqttVersion V3 = MqttVersion.V311, V5 = MqttVersion.V500;

    [Fact]
    public void Sends_every_option_in_5_0()
    {
        using var broker = new FakeBroker(peer =>
        {
            peer.Expect("""
                10 52 00 04 'MQTT' 05 EC 00 3C
                26 11 00 03 F4 80 21 00 14 27 00 00 10 00 22 00 05 26 00 04 'site' 00 06 'plant7' 26 00 01 'a' 00 01 'b'
                00 02 'gw' 05 18 00 00 00 0A 00 04 'will' 00 04 'gone' 00 04 'user' 00 03 01 00 FF
                """);
            peer.Send("20 03 01 00 00");
            peer.ExpectEnd("E0 00");
        });
        var options = Options(broker) with
        {
            KeepAlive = TimeSpan.FromSeconds(60), SessionExpiry =
                TimeSpan.FromDays(3), ReceiveMaximum = 20, MaxPacketBytes = 4096, TopicAliasMaximum = 5,
            UserProperties = [new("site", "plant7"), new("a", "b")], Username = "user", Password = [1, 0, 255],
            Will = new MqttWill { Topic = "will", Payload = "gone"u8.ToArray(), Qos = 1, Retain = true, Delay = TimeSpan.FromSeconds(10) },
        };
        using var connection = Connect(options);
        Assert.True(connection.SessionPresent);
        connection.Disconnect();
    }

    [Fact]
    public void Sends_every_option_in_3_1_1()
    {
        using var broker = new FakeBroker(peer =>
        {
            peer.Expect("10 25 00 04 'MQTT' 04 EC 00 3C 00 02 'gw' 00 04 'will' 00 04 'gone' 00 04 'user' 00 03 01 00 FF");
            peer.Send("20 02 00 00");
            peer.ExpectEnd("E0 00");
        });
        var options = Options(broker, V3) with
        {
            KeepAlive = TimeSpan.FromSeconds(60), SessionExpiry = TimeSpan.FromDays(3), Username = "user", Password = [1, 0, 255],
            Will = new MqttWill { Topic = "will", Payload = "gone"u8.ToArray(), Qos = 1, Retain = true },
        };
        using var connection = Connect(options);
        Assert.False(connection.SessionPresent);
        connection.Disconnect();
    }

    [Fact]
    public void Asks_for_a_clean_session_when_nothing_is_to_be_kept()
    {
        using var broker = new FakeBroker(peer =>
        {
            peer.Expect("10 0E 00 04 'MQTT' 04 02 00 1E 00 02 'gw'");
            peer.Send("20 02 00 00");
        });
        using var connection = Connect(Options(broker, V3));
    }

    [Fact]
    public void Knows_what_the_broker_supports()
    {
        using var broker = new FakeBroker(peer =>
        {
            peer.Accept("20 29 00 00 26 11 00 00 00 0A 21 00 0A 24 01 25 00 27 00 00 10 00 12 00 02 'id' 22 00 05 1F 00 01 'r' 28 00 "
                + "29 00 2A 00 13 00 05");
            peer.ReadToEnd();
        });
        using var connection = Connect(Options(broker) with { ClientId = "" });
        Assert.Equal(
            new ServerLimits
            {
                MaximumQos = 1, RetainAvailable = false, WildcardsAvailable = false, SharedSubscriptionsAvailable = false,
                ReceiveMaximum = 10, MaximumPacketBytes = 4096,
                KeepAlive = TimeSpan.FromSeconds(5), SessionExpiry = TimeSpan.FromSeconds(10),
            },
            connection.Limits);
        Assert.Equal(SendResult.NotSupported, connection.Subscribe(1, new MqttSubscription("a/+", 0)));
        Assert.Equal(SendResult.NotSupported, connection.Subscribe(1, new MqttSubscription("$share/g/a", 0)));
        Assert.Equal(SendResult.Invalid, connection.Subscribe(1, new MqttSubscription("a#", 0)));
        Assert.Equal(SendResult.NotSupported, connection.Publish(new PublishPacket { Topic = "a"u8, Qos = 2, PacketId = 1 }));
        Assert.Equal(SendResult.NotSupported, connection.Publish(new PublishPacket { Topic = "a"u8, Retain = true }));
        Assert.Equal(SendResult.Invalid, connection.Publish(new PublishPacket { Topic = "a/+"u8 }));
        Assert.Equal(SendResult.TooLarge, connection.Publish(new PublishPacket { Topic = "a"u8, Payload = new byte[4096] }));
    }

    [Theory]
    [InlineData(1, "version", RetryAdvice.Slowly)]
    [InlineData(2, "client id", RetryAdvice.Slowly)]
    [InlineData(3, "not available", RetryAdvice.Soon)]
    [InlineData(4, "user name or password", RetryAdvice.Slowly)]
    [InlineData(5, "does not allow", RetryAdvice.Slowly)]
    public void Says_why_a_3_1_1_broker_refused(int code, string words, RetryAdvice retry)
    {
        using var broker = new FakeBroker(peer => peer.Accept($"20 02 00 {code:X2}"));
        var e = Assert.Throws<ConnectException>(() => Connect(Options(broker, V3)));
        Assert.Equal((ConnectFailure.Rejected, retry, (byte)code), (e.Failure, e.Retry, e.ReasonCode));
        Assert.Contains(words, e.Message);
        Assert.StartsWith($"127.0.0.1:{broker.Port} refused: ", e.Message);
    }

    [Theory]
    [InlineData(0x80, "without saying why", RetryAdvice.Soon)]
    [InlineData(0x81, "could not be read", RetryAdvice.Soon)]
    [InlineData(0x82, "not allowed here", RetryAdvice.Soon)]
    [InlineData(0x83, "does not accept it", RetryAdvice.Soon)]
    [InlineData(0x84, "version", RetryAdvice.Slowly)]
    [InlineData(0x85, "client id", RetryAdvice.Slowly)]
    [InlineData(0x86, "user name or password", RetryAdvice.Slowly)]
    [InlineData(0x87, "does not allow", RetryAdvice.Slowly)]
    [InlineData(0x88, "not available", RetryAdvice.Soon)]
    [InlineData(0x89, "too busy", RetryAdvice.Soon)]
    [InlineData(0x8A, "banned", RetryAdvice.Slowly)]
    [InlineData(0x8C, "authentication method", RetryAdvice.Slowly)]
    [InlineData(0x90, "topic name", RetryAdvice.Slowly)]
    [InlineData(0x95, "larger than", RetryAdvice.Soon)]
    [InlineData(0x97, "limit set by an administrator", RetryAdvice.Soon)]
    [InlineData(0x99, "payload", RetryAdvice.Slowly)]
    [InlineData(0x9A, "retained", RetryAdvice.Slowly)]
    [InlineData(0x9B, "QoS", RetryAdvice.Slowly)]
    [InlineData(0x9C, "another server", RetryAdvice.Soon)]
    [InlineData(0x9D, "moved", RetryAdvice.Slowly)]
    [InlineData(0x9F, "Too many connections", RetryAdvice.Soon)]
    public void Says_why_a_5_0_broker_refused(int code, string words, RetryAdvice retry)
    {
        using var broker = new FakeBroker(peer => peer.Accept($"20 0D 00 {code:X2} 0A 1F 00 02 'so' 1C 00 02 'b2'"));
        var e = Assert.Throws<ConnectException>(() => Connect(Options(broker)));
        Assert.Equal((ConnectFailure.Rejected, retry, (byte)code), (e.Failure, e.Retry, e.ReasonCode));
        Assert.Contains(words, e.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\"so\"", e.Message);
        Assert.Contains("server b2", e.Message);
    }

    [Fact]
    public void Understands_a_broker_that_knows_only_3_1_1()
    {
        using var broker = new FakeBroker(peer => peer.Accept("20 02 00 01"));
        var e = Assert.Throws<ConnectException>(() => Connect(Options(broker)));
        Assert.Contains("does not speak this version", e.Message);
    }

    [Theory]
    [InlineData("'HTTP/1.1 400 Bad Request'")]
    [InlineData("'SSH-2.0-OpenSSH_9.2'")]
    [InlineData("30 03 00 01 'a'")]
    [InlineData("F0 08 18 06 15 00 03 'abc'")]
    [InlineData("20 03 01 00 00")]
    [InlineData("20 03 00 7F 00")]
    [InlineData("20 FF FF FF 7F")]
    public void Refuses_anything_but_a_sound_connack(string hex)
    {
        using var broker = new FakeBroker(peer => peer.Accept(hex));
        var e = Assert.Throws<ConnectException>(() => Connect(Options(broker)));
        Assert.Equal(ConnectFailure.OtherProtocol, e.Failure);
    }

    [Theory]
    [InlineData("")]
    [InlineData("20 03 00")]
    public void Says_when_the_broker_closes_before_its_answer(string hex)
    {
        using var broker = new FakeBroker(peer => peer.Accept(hex));
        var e = Assert.Throws<ConnectException>(() => Connect(Options(broker)));
        Assert.Equal((ConnectFailure.ClosedEarly, RetryAdvice.Soon), (e.Failure, e.Retry));
    }

    [Fact]
    public void Takes_a_connack_in_pieces_and_what_comes_with_it()
    {
        using var broker = new FakeBroker(peer =>
        {
            peer.ReadPacket();
            foreach (var b in Hex.Bytes("20 03 00 00 00 30 04 00 01 'a' 00")) peer.Send([b]);
        });
        using var connection = Connect(Options(broker));
        Assert.Equal(["a= q0 id0"], Read(connection));
    }

    [Fact]
    public void Gives_up_a_broker_that_never_answers()
    {
        using var done = new ManualResetEventSlim();
        using var broker = new FakeBroker(peer =>
        {
            peer.ReadPacket();
            done.Wait();
        });
        var e = Assert.Throws<ConnectException>(() => Connect(Options(broker) with { ConnectTimeout = TimeSpan.FromMilliseconds(100) }));
        done.Set();
        Assert.Equal(ConnectFailure.TimedOut, e.Failure);
    }

    [Fact]
    public void Can_be_cancelled_while_it_waits()
    {
        using var cancel = new CancellationTokenSource();
        using var broker = new FakeBroker(peer =>
        {
            peer.ReadPacket();
            cancel.Cancel();
            peer.ReadToEnd();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => MqttConnection.Connect(Options(broker), cancel.Token));
    }

    [Fact]
    public void Says_when_nobody_listens()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        // Bound but not listening: nobody else gets the port, and a connection is refused.
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        var e = Assert.Throws<ConnectException>(() => Connect(new MqttClientOptions { Host = "localhost", Port = port, ClientId = "gw" }));
        Assert.Equal((ConnectFailure.Refused, RetryAdvice.Soon), (e.Failure, e.Retry));
        Assert.Contains($"localhost:{port} (", e.Message);
    }

    [Fact]
    public void Says_when_the_host_does_not_exist()
    {
        var options = new MqttClientOptions { Host = "no-such-broker.invalid", ClientId = "gw", ConnectTimeout = TimeSpan.FromSeconds(5) };
        var e = Assert.Throws<ConnectException>(() => Connect(options));
        Assert.Equal((ConnectFailure.HostNotFound, RetryAdvice.Soon), (e.Failure, e.Retry));
        Assert.Contains("no-such-broker.invalid", e.Message);
    }

    [Fact]
    public void Refuses_options_that_make_no_valid_connect()
    {
        var good = new MqttClientOptions { Host = "127.0.0.1", Port = 1, ClientId = "gw" };
        MqttClientOptions[] wrong =
        [
            good with { Host = "" }, good with { Port = 0 }, good with { Version = (MqttVersion)3 }, good with { ClientId = "a\0b" },
            good with { ClientId = "", SessionExpiry = TimeSpan.FromDays(1) }, good
                with { Version = V3, Password = [1] }, good with { ReceiveMaximum = 0 },
            good with { KeepAlive = TimeSpan.FromSeconds(65_536) }, good with { TopicAliasMaximum = -1 }, good with { MaxPacketBytes = 1 },
            good with { Will = new MqttWill { Topic = "a/#", Payload = [] } }, good
                with { Will = new MqttWill { Topic = "a", Payload = [], Qos = 3 } },
        ];
        foreach (var options in wrong)
        {
            var e = Assert.Throws<ConnectException>(() => Connect(options));
            Assert.True(e is { Failure: ConnectFailure.BadOptions, Retry: RetryAdvice.Never }, options.ToString());
        }
        Assert.Equal(V5, good.Version);
    }
}
