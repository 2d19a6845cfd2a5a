using System.Net.Sockets;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Network;
using Xunit;
using static EdgeAgent.Tests.Mqtt.Client.ClientSetup;

namespace EdgeAgent.Tests.Mqtt.Client;

public sealed class ConnectionTests
{
    const MqttVersion V3 = MqttVersion.V311, V5 = MqttVersion.V500;

    [Fact]
    public void Subscribes_and_acknowledges_in_the_order_told_and_in_one_write()
    {
        using var broker = new FakeBroker(peer =>
        {
            peer.Accept();
            peer.Expect("82 16 00 07 00 00 03 'a/+' 19 00 0A '$share/g/b' 02");
            peer.Send("90 05 00 07 00 01 02 32 06 00 01 'a' 00 03 00 32 06 00 01 'a' 00 01 00 34 06 00 01 'b' 00 02 00");
            var acks = new byte[64];
            var count = peer.Socket.Receive(acks);
            Assert.Equal("400200034002000140020005", Hex.Of(acks.AsSpan(0, count)));
            peer.Send("B0 04 00 05 00 11");
            peer.Expect("50 02 00 02");
            peer.Send("62 02 00 02");
            peer.Expect("70 02 00 02");
            peer.Expect("A2 0C 00 08 00 00 03 'a/+' 00 02 'bb'");
            peer.Send("B0 05 00 08 00 00 11");
            peer.ExpectEnd("E0 00");
        });
        using var connection = Connect(Options(broker));
        Assert.Equal(SendResult.Accepted,
            connection.Subscribe(7, new("a/+", 1, RetainAsPublished: true, RetainHandling: 1), new("$share/g/b", 2)));
        Assert.Equal(["SubAck id7 code00 0102", "a= q1 id3", "a= q1 id1", "b= q2 id2"], Read(connection, 4));
        connection.PubAck([3, 1, 5]);
        Assert.Equal(["UnsubAck id5 code00 11"], Read(connection, 1));
        connection.PubRec([2]);
        Assert.Equal(["PubRel id2 code00 "], Read(connection, 1));
        connection.PubComp([2]);
        connection.Unsubscribe(8, "a/+", "bb");
        Assert.Equal(["UnsubAck id8 code00 0011"], Read(connection, 1));
        connection.Disconnect();
        Assert.Equal(FillResult.Closed, connection.Fill(1000));
        Assert.Equal(MqttCloseKind.Disconnected, connection.CloseReason!.Kind);
        Assert.Equal(SendResult.Closed, connection.PubAck([1]));
    }

    [Fact]
    public void Sends_only_filter_and_qos_in_3_1_1()
    {
        using var broker = new FakeBroker(peer =>
        {
            peer.Accept("20 02 00 00");
            peer.Expect("82 06 00 07 00 01 'a' 01");
            peer.Send("90 03 00 07 80");
            peer.ExpectEnd("E0 00");
        });
        using var connection = Connect(Options(broker, V3));
        connection.Subscribe(7, new MqttSubscription("a", 1, true, true, 2));
        Assert.Equal(["SubAck id7 code00 80"], Read(connection, 1));
        connection.Disconnect(0x04, TimeSpan.Zero);
    }

    [Fact]
    public void Publishes_at_every_qos()
    {
        using var broker = new FakeBroker(peer =>
        {
            peer.Accept();
            peer.Expect("31 06 00 01 'a' 00 'hi'");
            peer.Expect("3A 08 00 01 'a' 00 01 00 'hi'");
            peer.Send("40 03 00 01 10");
            peer.Expect("34 06 00 01 'a' 00 02 00");
            peer.Send("50 02 00 02");
            peer.Expect("62 02 00 02");
            peer.Send("70 02 00 02");
        });
        using var connection = Connect(Options(broker));
        connection.Publish(new PublishPacket { Topic = "a"u8, Payload = "hi"u8, Retain = true });
        connection.Publish(new PublishPacket { Topic = "a"u8, Payload = "hi"u8, Qos = 1, Dup = true, PacketId = 1 });
        Assert.Equal(["PubAck id1 code10 "], Read(connection, 1));
        connection.Publish(new PublishPacket { Topic = "a"u8, Qos = 2, PacketId = 2 });
        Assert.Equal(["PubRec id2 code00 "], Read(connection, 1));
        connection.PubRel([2]);
        Assert.Equal(["PubComp id2 code00 "], Read(connection, 1));
    }

    [Fact]
    public void A_packet_larger_than_the_buffer_grows_it_and_it_shrinks_back()
    {
        var payload = new byte[300_000];
        new Random(3).NextBytes(payload);
        using var broker = new FakeBroker(peer =>
        {
            peer.Accept();
            peer.Send("30 06 00 01 'a' 00 'xx'");
            SendPublish(peer, payload);
            for (var i = 0; i < 200; i++)
            {
                peer.Send("30 06 00 01 'a' 00 'yy'");
                peer.Expect("40 02 00 01");
            }
        });
        using var connection = Connect(Options(broker) with { ReceiveBufferBytes = 1024 });
        Assert.Equal(["a=xx q0 id0"], Read(connection, 1));
        var found = false;
        while (!found)
        {
            if (connection.TryNext(out var packet)) found = packet.Payload.SequenceEqual(payload);
            else Assert.Equal(FillResult.Data, connection.Fill(10_000));
        }
        Assert.InRange(connection.ReceiveBufferBytes, 300_000, 310_000);
        for (var i = 0; i < 200; i++)
        {
            Assert.Equal(["a=yy q0 id0"], Read(connection, 1));
            connection.PubAck([1]);
        }
        Assert.Equal(1024, connection.ReceiveBufferBytes);
    }

    [Fact]
    public void Every_packet_arrives_however_the_bytes_are_cut()
    {
        var stream = new PacketBuffer();
        var expected = new List<string>();
        var random = new Random(5);
        for (var i = 0; i < 500; i++)
        {
            var payload = new string((char)('a' + i % 26), random.Next(700));
            new PublishPacket
            {
                Topic = "t"u8,
                Payload = System.Text.Encoding.UTF8.GetBytes(payload),
                Qos = i % 3,
                PacketId = (ushort)(i % 3 == 0 ? 0 : i),
            }.WriteTo(stream, V5);
            expected.Add($"t={payload} q{i % 3} id{(i % 3 == 0 ? 0 : i)}");
        }
        var bytes = stream.Written.ToArray();
        using var broker = new FakeBroker(peer =>
        {
            peer.Accept();
            for (int at = 0, n; at < bytes.Length; at += n)
                peer.Send(bytes.AsSpan(at, n = Math.Min(random.Next(1, 900), bytes.Length - at)));
        });
        using var connection = Connect(Options(broker) with { ReceiveBufferBytes = 512 });
        Assert.Equal(expected, Read(connection));
        Assert.Equal(MqttCloseKind.PeerClosed, connection.CloseReason!.Kind);
    }

    [Fact]
    public void Resolves_topic_aliases()
    {
        using var broker = new FakeBroker(peer =>
        {
            peer.Accept();
            peer.Send("30 0A 00 03 'a/b' 03 23 00 01 '1' 30 07 00 00 03 23 00 01 '2' 30 07 00 00 03 23 00 01 '3'");
        });
        using var connection = Connect(Options(broker));
        Assert.Equal(["a/b=1 q0 id0", "a/b=2 q0 id0", "a/b=3 q0 id0"], Read(connection));
    }

    [Theory]
    [InlineData("30 FF 7F 00 01 'a' 00", 0x95, MqttCloseKind.PacketTooLarge)]
    [InlineData("36 00", 0x81, MqttCloseKind.ProtocolViolation)]
    [InlineData("30 80 80 80 80", 0x81, MqttCloseKind.ProtocolViolation)]
    [InlineData("32 06 00 01 'a' 00 00 00", 0x82, MqttCloseKind.ProtocolViolation)]
    [InlineData("30 06 00 00 03 23 00 09", 0x82, MqttCloseKind.ProtocolViolation)]
    [InlineData("30 07 00 01 'a' 03 23 00 41", 0x94, MqttCloseKind.ProtocolViolation)]
    [InlineData("20 03 00 00 00", 0x82, MqttCloseKind.ProtocolViolation)]
    [InlineData("C0 00", 0x82, MqttCloseKind.ProtocolViolation)]
    [InlineData("82 07 00 01 00 00 01 'a' 00", 0x82, MqttCloseKind.ProtocolViolation)]
    [InlineData("F0 08 18 06 15 00 03 'abc'", 0x82, MqttCloseKind.ProtocolViolation)]
    public void A_violation_closes_with_its_reason_and_nothing_after_it_is_read(string hex, int code, MqttCloseKind kind)
    {
        using var broker = new FakeBroker(peer =>
        {
            peer.Accept();
            peer.Send([.. Hex.Bytes("30 04 00 01 'a' 00"), .. Hex.Bytes(hex), .. Hex.Bytes("30 04 00 01 'b' 00")]);
            peer.ExpectEnd($"E0 01 {code:X2}");
        });
        using var connection = Connect(Options(broker) with { MaxPacketBytes = 1000 });
        Assert.Equal(["a= q0 id0"], Read(connection));
        Assert.Equal((kind, (byte)code), (connection.CloseReason!.Kind, connection.CloseReason.ReasonCode));
        Assert.False(connection.TryNext(out _));
        Assert.Equal(FillResult.Closed, connection.Fill(0));
    }

    [Theory]
    [InlineData("32 AC 02 00 01 'b' 00 07", 303, 7)]
    [InlineData("3D AC 02 00 01 'b' 00 08", 303, 8)]
    [InlineData("30 AC 02 00 01 'b'", 303, 0)]
    public void A_message_of_3_1_1_above_the_limit_comes_without_its_payload_however_the_bytes_are_cut(string head, int length, int id)
    {
        byte[] before = Hex.Bytes("30 04 00 01 'a' 31"), large = [.. Hex.Bytes(head), .. new byte[length - Hex.Bytes(head).Length]],
            after = Hex.Bytes("30 04 00 01 'c' 32");
        byte[] all = [.. before, .. large, .. after];
        for (var cut = 1; cut < all.Length; cut += 3)
        {
            var at = cut;
            using var broker = new FakeBroker(peer =>
            {
                peer.Accept("20 02 00 00");
                peer.Send(all.AsSpan(0, at));
                peer.Send(all.AsSpan(at));
                peer.ReadToEnd();
            });
            using var connection = Connect(Options(broker, V3) with { MaxPacketBytes = 128, ReceiveBufferBytes = 128 });
            var seen = new List<string>();
            while (seen.Count < 3 && connection.Fill(5000) == FillResult.Data)
                while (connection.TryNext(out var packet))
                    seen.Add($"{System.Text.Encoding.UTF8.GetString(packet.Topic)} {packet.Payload.Length} {packet.PacketId} "
                        + $"{packet.IsTooLarge} {packet.LengthBytes}");
            Assert.Equal(["a 1 0 False 6", $"b 0 {id} True {length}", "c 1 0 False 6"], seen);
            connection.Disconnect();
        }
    }

    [Fact]
    public void A_violation_in_3_1_1_just_closes()
    {
        using var broker = new FakeBroker(peer =>
        {
            peer.Accept("20 02 00 00");
            peer.Send("E0 00");
            peer.ExpectEnd();
        });
        using var connection = Connect(Options(broker, V3));
        Assert.Empty(Read(connection));
        Assert.Equal(MqttCloseKind.ProtocolViolation, connection.CloseReason!.Kind);
    }

    [Fact]
    public void The_caller_can_refuse_a_topic()
    {
        using var broker = new FakeBroker(peer =>
        {
            peer.Accept();
            peer.Send("30 06 00 03 'a/+' 00");
            peer.ExpectEnd("E0 01 90");
        });
        using var connection = Connect(Options(broker));
        Assert.Equal(FillResult.Data, connection.Fill(10_000));
        Assert.True(connection.TryNext(out var packet));
        connection.Fail(packet.CheckTopic());
        Assert.Equal(FillResult.Closed, connection.Fill(10_000));
    }

    [Fact]
    public void More_than_the_receive_maximum_is_taken_all_the_same()
    {
        using var broker = new FakeBroker(peer =>
        {
            peer.Accept();
            peer.Send("32 06 00 01 'a' 00 01 00 32 06 00 01 'a' 00 02 00 34 06 00 01 'a' 00 03 00 30 04 00 01 'a' 00");
        });
        using var connection = Connect(Options(broker) with { ReceiveMaximum = 1 });
        Assert.Equal(["a= q1 id1", "a= q1 id2", "a= q2 id3", "a= q0 id0"], Read(connection));
        Assert.Equal(MqttCloseKind.PeerClosed, connection.CloseReason!.Kind);
    }

    [Fact]
    public void What_came_before_the_broker_died_is_read_and_the_torn_rest_is_not()
    {
        using var broker = new FakeBroker(peer =>
        {
            peer.Accept();
            peer.Send("32 06 00 01 'a' 00 01 00 32 06 00 01 'a' 00");
        });
        using var connection = Connect(Options(broker));
        Assert.Equal(["a= q1 id1"], Read(connection));
        Assert.Equal(MqttCloseKind.PeerClosed, connection.CloseReason!.Kind);
    }

    [Fact]
    public void A_reset_is_a_network_error()
    {
        using var broker = new FakeBroker(peer =>
        {
            peer.Accept();
            peer.Socket.LingerState = new LingerOption(true, 0);
            peer.Socket.Close();
        });
        using var connection = Connect(Options(broker));
        Assert.Empty(Read(connection));
        Assert.Equal(MqttCloseKind.NetworkError, connection.CloseReason!.Kind);
        Assert.Contains("reset", connection.CloseReason.Message);
    }

    [Fact]
    public void The_brokers_disconnect_is_handed_on_with_its_words()
    {
        using var broker = new FakeBroker(peer =>
        {
            peer.Accept();
            peer.Send("30 04 00 01 'a' 00 E0 08 8E 06 1F 00 03 'two' 30 04 00 01 'b' 00");
            peer.ExpectEnd();
        });
        using var connection = Connect(Options(broker));
        Assert.Equal(["a= q0 id0", "Disconnect id0 code8E "], Read(connection));
        Assert.Equal((MqttCloseKind.PeerDisconnected, (byte)0x8E), (connection.CloseReason!.Kind, connection.CloseReason.ReasonCode));
        Assert.Contains("same client id", connection.CloseReason.Message);
        Assert.Contains("\"two\"", connection.CloseReason.Message);
    }

    [Fact]
    public void Disconnect_can_change_the_session_expiry()
    {
        using var broker = new FakeBroker(peer =>
        {
            peer.Accept();
            peer.ExpectEnd("E0 07 04 05 11 00 00 00 00");
        });
        using var connection = Connect(Options(broker) with { SessionExpiry = TimeSpan.FromDays(1) });
        connection.Disconnect(0x04, TimeSpan.Zero);
        connection.Disconnect();
    }

    [Fact]
    public void A_disconnect_wakes_the_reader()
    {
        using var reading = new ManualResetEventSlim();
        using var broker = new FakeBroker(peer =>
        {
            peer.Accept();
            peer.ExpectEnd("E0 00");
        });
        using var connection = Connect(Options(broker));
        var result = FillResult.Data;
        var reader = new Thread(() =>
        {
            reading.Set();
            result = connection.Fill(int.MaxValue);
        });
        reader.Start();
        reading.Wait();
        connection.Disconnect();
        Assert.True(reader.Join(20_000));
        Assert.Equal(FillResult.Closed, result);
        Assert.Equal(MqttCloseKind.Disconnected, connection.CloseReason!.Kind);
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        var burst = new PacketBuffer(1 << 17);
        for (var i = 0; burst.LengthBytes < 100_000; i++)
        {
            var packet = new PublishPacket { Topic = "sensors/plant7/m1/temperature"u8, Payload = "{\"ts\":1700000000000,\"value\":21.5}"u8,
                Qos = i % 4 == 0 ? 1 : 0, PacketId = 5 };
            if (i % 7 == 0) packet.Properties = Hex.Bytes("23 00 01 26 00 01 'k' 00 01 'v'");
            packet.WriteTo(burst, V5);
        }
        var bytes = burst.Written.ToArray();
        const int Bursts = 60;
        var messages = 0;
        for (var at = 0; at < bytes.Length; messages++)
        {
            PacketFrame.TryRead(bytes.AsSpan(at), int.MaxValue, out var frame);
            at += frame.LengthBytes;
        }

        using var broker = new FakeBroker(peer =>
        {
            peer.Accept();
            for (var i = 0; i < Bursts; i++) peer.Send(bytes);
            peer.ReadToEnd();
        });
        using var connection = Connect(Options(broker) with { ReceiveMaximum = 65_535 });
        long atWarm = 0, payloadBytes = 0, read = 0;
        Span<ushort> ids = [5, 5, 5, 5, 5, 5, 5, 5];
        var unacknowledged = 0;
        while (read < (long)messages * Bursts)
        {
            if (connection.Fill(10_000) != FillResult.Data) break;
            while (connection.TryNext(out var packet))
            {
                read++;
                payloadBytes += packet.Payload.Length;
                if (packet.Qos > 0 && ++unacknowledged % 8 == 0) connection.PubAck(ids);
            }
            if (atWarm == 0 && read > messages * Bursts / 2) atWarm = GC.GetAllocatedBytesForCurrentThread();
        }
        var allocated = GC.GetAllocatedBytesForCurrentThread() - atWarm;
        Assert.Equal((long)messages * Bursts, read);
        Assert.True(atWarm > 0 && payloadBytes > 1_000_000);
        Assert.Equal(0, allocated);
    }

    static void SendPublish(FakePeer peer, byte[] payload)
    {
        var buffer = new PacketBuffer();
        new PublishPacket { Topic = "a"u8, Payload = payload }.WriteTo(buffer, V5);
        peer.Send(buffer.Written);
    }
}
