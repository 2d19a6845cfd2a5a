using System.Text;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Network;
using EdgeAgent.Network.WebSockets;
using EdgeAgent.Tests.Mqtt.Client;
using Xunit;
using static EdgeAgent.Tests.Mqtt.Client.ClientSetup;

namespace EdgeAgent.Tests.Network.WebSockets;

/// <summary>MQTT in a WebSocket: the opening, and servers that do not agree.</summary>
public sealed class WebSocketOpeningTests
{
    const string Agreed = "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n"
        + "Sec-WebSocket-Accept: {0}\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";

    [Fact]
    public void The_key_of_the_standard_has_its_answer() =>
        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", WebSocketOpening.Accept("dGhlIHNhbXBsZSBub25jZQ==")); // RFC 6455 §1.3

    [Fact]
    public void A_session_opens_and_packets_go_both_ways()
    {
        using var broker = new FakeBroker(peer =>
        {
            var head = Open(peer, Agreed);
            Assert.StartsWith("GET /mqtt?a=b HTTP/1.1\r\nHost: 127.0.0.1:", head);
            Assert.Contains("\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n", head);
            Assert.Equal(0x10, Frame(peer)[0]);
            // CONNACK in two frames, a PUBLISH right behind, torn too, and another whole.
            peer.Send("02 02 20 03 80 03 00 00 00 82 08 30 0C 00 01 't' 00 61 62 82 06 63 64 65 66 67 68 82 06 30 04 00 01 'u' 00");
            Assert.Equal("E000", Hex.Of(Frame(peer)));
        });
        using var connection = Connect(Options(broker) with { WebSocketTarget = "/mqtt?a=b" });
        Assert.Equal(["t=abcdefgh q0 id0", "u= q0 id0"], Read(connection, 2));
        connection.Disconnect();
    }

    [Theory]
    [InlineData("HTTP/1.1 404 Not Found\r\n\r\n", ConnectFailure.Rejected, "has no WebSocket at the path /mqtt (404 Not Found)")]
    [InlineData("HTTP/1.1 403\r\n\r\n", ConnectFailure.Rejected, "does not let us open a WebSocket (403)")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://x/\r\n\r\n", ConnectFailure.Rejected, "sends us elsewhere (302 Found)")]
    [InlineData("HTTP/1.1 503 Busy\r\n\r\n", ConnectFailure.Rejected, "cannot open a WebSocket now (503 Busy)")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", ConnectFailure.Rejected, "opens no WebSocket (200 OK)")]
    [InlineData("SSH-2.0-x\r\n", ConnectFailure.OtherProtocol, "does not answer in HTTP/1.1")]
    [InlineData("HTTP/1.1 abc\r\n\r\n", ConnectFailure.OtherProtocol, "does not answer in HTTP/1.1")]
    [InlineData("HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
        ConnectFailure.OtherProtocol, "not as RFC 6455 wants it")]
    [InlineData("HTTP/1.1 101 Yes\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {0}\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n",
        ConnectFailure.OtherProtocol, "not as RFC 6455 wants it")]
    [InlineData("HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {0}\r\n\r\n",
        ConnectFailure.OtherProtocol, "not for `mqtt` at the path /mqtt")]
    [InlineData("HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {0}\r\n"
        + "Sec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n",
        ConnectFailure.OtherProtocol, "not as RFC 6455 wants it")]
    [InlineData("HTTP/1.1 101", ConnectFailure.ClosedEarly, "closed the connection before the end of its answer")]
    public void A_server_that_does_not_agree_is_told_in_a_sentence(string answer, ConnectFailure failure, string words)
    {
        using var broker = new FakeBroker(peer => Open(peer, answer));
        var error = Assert.Throws<ConnectException>(() => Connect(Options(broker) with { WebSocketTarget = "/mqtt?key=secret" }));
        Assert.Equal(failure, error.Failure);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Headers_without_end_are_given_up()
    {
        using var broker = new FakeBroker(peer =>
        {
            Open(peer, "HTTP/1.1 101 Yes\r\n");
            try
            {
                for (var i = 0; i < 100; i++) peer.Send(Encoding.ASCII.GetBytes(new string('x', 1000)));
            }
            catch (IOException)
            {
                // Given up.
            }
        });
        var error = Assert.Throws<ConnectException>(() => Connect(Options(broker) with { WebSocketTarget = "/" }));
        Assert.Contains("headers without end", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_breaks_the_protocol_later_ends_the_connection_in_words()
    {
        using var broker = new FakeBroker(peer =>
        {
            Open(peer, Agreed);
            Frame(peer);
            peer.Send("82 05 20 03 00 00 00 81 02 'hi'");
            peer.ReadToEnd();
        });
        using var connection = Connect(Options(broker) with { WebSocketTarget = "/mqtt" });
        Assert.Equal(FillResult.Closed, connection.Fill(10_000));
        Assert.Equal("It broke the WebSocket protocol: text, where MQTT is bytes.", connection.CloseReason!.Message);
    }

    static string Open(FakePeer peer, string answer)
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal)) head.Append((char)peer.Stream.ReadByte());
        var text = head.ToString();
        var key = text[(text.IndexOf("Key: ", StringComparison.Ordinal) + 5)..];
        var accept = WebSocketOpening.Accept(key[..key.IndexOf('\r')]);
        peer.Send(Encoding.ASCII.GetBytes(answer.Replace("{0}", accept, StringComparison.Ordinal)));
        return text;
    }

    static byte[] Frame(FakePeer peer)
    {
        var head = new byte[6];
        peer.Stream.ReadExactly(head);
        Assert.Equal(0x82, head[0]);
        var payload = new byte[head[1] & 0x7F];
        peer.Stream.ReadExactly(payload);
        for (var i = 0; i < payload.Length; i++) payload[i] ^= head[2 + i % 4];
        return payload;
    }
}
