using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeAgent.Network;
using Xunit;

namespace EdgeAgent.Tests.Network;

/// <summary>Tunnels of an HTTP proxy, and those it does not open.</summary>
public sealed class ProxyTests
{
    static readonly Peer s_broker = new("broker.plant7.example", 8883);

    [Fact]
    public void A_tunnel_is_asked_for_with_the_password_and_only_its_head_is_taken()
    {
        using var proxy = new Proxy("HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\nfirst bytes");
        using var socket = proxy.Open(s_broker, "gw", "pa:ss");
        Assert.Equal("CONNECT broker.plant7.example:8883 HTTP/1.1\r\nHost: broker.plant7.example:8883\r\n"
            + $"Proxy-Authorization: Basic {Convert.ToBase64String("gw:pa:ss"u8)}\r\n\r\n", proxy.Request);
        var room = new byte[100];
        Assert.True(socket.Poll(TimeSpan.FromSeconds(30), SelectMode.SelectRead));
        Assert.Equal("first bytes", Encoding.ASCII.GetString(room, 0, socket.Receive(room)));
    }

    [Fact]
    public void An_address_of_IPv6_stands_in_brackets()
    {
        using var proxy = new Proxy("HTTP/1.0 200 OK\r\n\r\n");
        proxy.Open(new Peer("2001:db8::7", 443)).Dispose();
        Assert.StartsWith("CONNECT [2001:db8::7]:443 HTTP/1.1\r\nHost: [2001:db8::7]:443\r\n\r\n", proxy.Request);
    }

    [Theory]
    [InlineData("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", null, "wants a user name and a password")]
    [InlineData("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "gw", "does not accept our user name and password")]
    [InlineData("HTTP/1.1 401 Unauthorized\r\n\r\n", "gw", "does not accept our user name and password")]
    [InlineData("HTTP/1.1 403 Filtered\r\n\r\n", null, "does not let us through to broker.plant7.example:8883 (403 Filtered)")]
    [InlineData("HTTP/1.1 504 Gateway Time-out\r\n\r\n", null, "does not reach broker.plant7.example:8883 (504 Gateway Time-out)")]
    [InlineData("\x15\x03\x01", null, "closed the connection before the end of its answer")]
    [InlineData("hello, world", null, "does not answer in HTTP/1.1")]
    public void A_refusal_is_a_sentence_without_the_password(string answer, string? user, string words)
    {
        using var proxy = new Proxy(answer);
        var error = Assert.Throws<ConnectException>(() => proxy.Open(s_broker, user, "topsecret"));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.StartsWith($"The proxy 127.0.0.1:{proxy.Port}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_proxy_that_is_not_there_is_named_as_such()
    {
        var proxy = new Proxy("");
        proxy.Dispose();
        var error = Assert.Throws<ConnectException>(() => proxy.Open(s_broker));
        Assert.StartsWith("The proxy is not reached. Nothing listens on 127.0.0.1:", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("127.3.2.1", true)]
    [InlineData("::1", true)]
    [InlineData("plant7.example", true)]
    [InlineData("Broker.PLANT7.example", true)]
    [InlineData("xplant7.example", false)]
    [InlineData("a.intern", true)]
    [InlineData("intern", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("11.1.2.3", false)]
    [InlineData("192.0.2.7", true)]
    [InlineData("192.0.2.8", false)]
    [InlineData("2001:db8::5", true)]
    [InlineData("2001:db9::5", false)]
    public void What_is_reached_directly_is_names_with_all_below_them_addresses_and_networks(string host, bool direct)
    {
        string[] entries = ["plant7.example", "*.intern", "10.0.0.0/8", "192.0.2.7", "2001:db8::/32"];
        Assert.Equal(direct, DirectHosts.Have(entries, host));
    }

    /// <summary>One connection: reads a request's head and answers.</summary>
    sealed class Proxy : IDisposable
    {
        readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        readonly Task<string> _request;

        public Proxy(string answer)
        {
            _listener.Start();
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
            _request = Task.Run(() => Serve(answer));
        }

        public int Port { get; }

        public string Request => _request.GetAwaiter().GetResult();

        public Socket Open(Peer peer, string? user = null, string? password = null) =>
            Dialer.Open(peer, new HttpProxy("127.0.0.1", Port, _ => false) { Username = user, Password = password },
                new Deadline(TimeSpan.FromSeconds(30)), TestContext.Current.CancellationToken);

        public void Dispose() => _listener.Stop();

        string Serve(string answer)
        {
            try
            {
                using var socket = _listener.AcceptSocket();
                using var stream = new NetworkStream(socket);
                var head = new StringBuilder();
                while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal)) head.Append((char)stream.ReadByte());
                stream.Write(Encoding.Latin1.GetBytes(answer));
                socket.Shutdown(SocketShutdown.Send);
                return head.ToString();
            }
            catch (SocketException)
            {
                return "";
            }
        }
    }
}
